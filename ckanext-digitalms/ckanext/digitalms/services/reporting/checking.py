"""What a report says of a measure is checked by its office, and by a coordinator if four eyes are wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.digitalms import config
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.model import CouncilReport
from ckanext.digitalms.reporting import canonical
from ckanext.digitalms.reporting import settings as report_settings
from ckanext.digitalms.reporting.settings import Checked
from ckanext.digitalms.services.access.rights import Account
from ckanext.digitalms.services.measures.catalogue import public_statements

from .making import Made

__all__ = ["check", "checked", "keeps_any", "shown"]

OFFICE, COORDINATOR = "office", "coordinator"


def keeps_any(row: CouncilReport, account: Account) -> bool:
    """Return whether somebody keeps a measure that a report tells; that takes no time of making it."""
    if account.is_coordinator or not account.edited:
        return account.is_coordinator
    wanted = report_settings.read(row.settings).measures
    return any(
        account.edits((one.content or {}).get("organisation"))
        for one in public_statements(row.as_of)
        if not wanted or one.measure_id in wanted
    )


def shown(made: Made, account: Account) -> list[Json]:
    """Return the measures of a report that somebody keeps: what is said of each, and who checked it."""
    known = {measure["measure_id"]: measure for measure in made.material.measures}
    content = {one["measure_id"]: one for one in canonical.plain(made.report)["measures"]}
    return [
        _told(known[key], told, made.settings.checked.get(key, ()))
        for key, told in content.items()
        if account.is_coordinator or account.edits(known[key]["organisation"])
    ]


def _told(measure: Mapping[str, Any], content: Json, checks: Sequence[Checked]) -> Json:
    counting = [one for one in checks if one.statement_id == measure["statement_id"]]
    return {
        "measure_id": measure["measure_id"],
        "title": measure["title"],
        "organisation_title": measure["organisation_title"],
        "statement_id": measure["statement_id"],
        "is_checked": _is_enough(counting),
        "checks": [{"role": one.role, "on": one.on} for one in counting],
        "content": content,
    }


def _is_enough(checks: Sequence[Checked]) -> bool:
    if not config.report_four_eyes():
        return bool(checks)
    return {one.role for one in checks} == {OFFICE, COORDINATOR} and len({one.user_id for one in checks}) > 1


def check(made: Made, measure_id: str, account: Account, seen: int | None) -> None:
    """Note that somebody has looked at what a report says of a measure as it is now, and commit.

    The revision of the report stays: who edits its texts is not disturbed.

    Args:
        made: the report, locked.
        measure_id: the measure's key.
        account: of who has looked.
        seen: the statement that was looked at; nothing is not asked (a script's).

    Raises:
        tk.ValidationError: the report does not tell the measure, or says something newer of it.
    """
    measure = next((one for one in made.material.measures if one["measure_id"] == measure_id), None)
    if measure is None or measure_id not in {one.measure_id for one in made.report.measures}:
        model.Session.rollback()
        sentence = tk._("The report does not tell the measure “{found}”.")
        raise tk.ValidationError({"id": [sentence.format(found=measure_id[:60])]})
    if seen is not None and seen != measure["statement_id"]:
        model.Session.rollback()
        sentence = tk._("Meanwhile the report says something new of “{title}”: look at it once more.")
        raise tk.ValidationError({"seen": [sentence.format(title=measure["title"])]})
    role = COORDINATOR if account.is_coordinator and not account.edits(measure["organisation"]) else OFFICE
    told = Checked(role, config.today().isoformat(), measure["statement_id"], account.user_id)
    known = made.settings.checked.get(measure_id, ())
    # of each role the last check of a statement counts
    kept = tuple(one for one in known if (one.role, one.statement_id) != (role, told.statement_id))
    noted = {**made.settings.checked, measure_id: (*kept, told)}
    made.row.settings = report_settings.stored(replace(made.settings, checked=noted))
    model.Session.add(made.row)
    model.repo.commit()


def checked(rows: Sequence[Json]) -> int:
    """Count the measures that are checked."""
    return sum(one["is_checked"] for one in rows)
