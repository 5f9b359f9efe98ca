"""A release of a table as programs for citations take it: BibTeX, RIS, CSL-JSON."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Response
from flask import make_response

from ckanext.digitalms.publishing import taking_along
from ckanext.digitalms.publishing.releases import Release
from ckanext.digitalms.reuse.citation import FORMS

from .filtered_downloads import chosen_by
from .pages import conditional


def citation(kind: str, table: str, release: Release, name: str) -> Response | None:
    """Answer with the citation of a part of a release; nothing where another file is asked for.

    Args:
        kind: ``open``, or ``own`` for a table of an office.
        table: its name.
        release: that has the table.
        name: of the file that is asked for.

    Raises:
        ValidationError: there is no such column, or a value that it cannot have.
    """
    ending = name.removeprefix(f"{table}.")
    if ending not in FORMS or name == ending:
        return None
    taken = taking_along.of_release(kind, table, release)
    chosen_by(taken.spec, tk.request.args.items(multi=True))
    _, media_type, write = FORMS[ending]
    cited = taking_along.cited(taken, tk.request.query_string.decode("ascii", "replace"))
    answer: Response = make_response(write(cited))
    answer.headers["Content-Type"] = f"{media_type}; charset=utf-8"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return conditional(answer)
