"""A program that asks for RDF at the address of a page gets it: the address of a dataset is its name, too.

Pages say where the same stands for programs (``Link: rel="alternate"``).
"""

from __future__ import annotations

from urllib.parse import quote

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import CKANApp, Response
from flask import redirect

from ckanext.digitalms.dcat import croissant
from ckanext.digitalms.dcat.writing import FORMS
from ckanext.digitalms.moments import IN_ACTIONS
from ckanext.digitalms.publishing import custom_tables, datasets
from ckanext.digitalms.publishing.snapshot import site_url
from ckanext.digitalms.services.access.permission_labels import is_public
from ckanext.digitalms.services.lookup import find_package
from ckanext.digitalms.vocabularies import MEASURE_TYPE

_PAGES = {"dataset.read": "dataset", "digitalms_measure.read": MEASURE_TYPE}
_CATALOGUE = frozenset({"home.index", "digitalms_start.index", "dataset.search"})
# a browser comes first: whoever takes anything gets the page
_ENDINGS = {"text/html": "", **{FORMS[ending][0]: ending for ending in ("ttl", "rdf", "jsonld")}}


def install(app: CKANApp) -> None:
    """Look before pages lead to others, and say where else it stands afterwards."""
    app.before_request(_lead)
    app.after_request(_tell)


def _stem() -> str | None:
    """Return the address of what the page is of, without an ending; nothing for all other pages."""
    request = tk.request
    if request.method not in {"GET", "HEAD"} or set(IN_ACTIONS) & request.args.keys():
        return None
    if request.endpoint in _CATALOGUE:
        return f"{site_url()}/catalog"
    kind = _PAGES.get(request.endpoint or "")
    name = (request.view_args or {}).get("id")
    return f"{site_url()}/{kind}/{quote(name)}" if kind and name else None


def _lead() -> Response | None:
    stem = _stem()
    wanted = tk.request.accept_mimetypes.best_match(list(_ENDINGS), "text/html") if stem else "text/html"
    if not stem or not _ENDINGS[wanted]:
        return None
    answer: Response = redirect(f"{stem}.{_ENDINGS[wanted]}", 303)
    answer.vary.add("Accept")
    return answer


def _tell(response: Response) -> Response:
    stem = _stem()
    if stem is None or response.mimetype != "text/html":
        return response
    response.vary.add("Accept")
    if response.status_code != 200:
        return response
    name = (tk.request.view_args or {}).get("id")
    package = find_package(name) if name else None
    if not name or (package is not None and _is_for_everybody(package)):
        for media_type, ending in _ENDINGS.items():
            if ending:
                response.headers.add("Link", f'<{stem}.{ending}>; rel="alternate"; type="{media_type}"')
        if _has_table(package):
            told = f'rel="alternate"; type="application/ld+json"; profile="{croissant.VERSION}"'
            response.headers.add("Link", f"<{stem}.croissant.json>; {told}")
    return response


def _is_for_everybody(package: model.Package) -> bool:
    # what a stranger was just shown is public; only of the others' pages it has to be asked
    return not tk.current_user.is_authenticated or is_public(package)


def _has_table(package: model.Package | None) -> bool:
    return package is not None and bool({datasets.MARKER, custom_tables.MARKER} & set(package.extras))
