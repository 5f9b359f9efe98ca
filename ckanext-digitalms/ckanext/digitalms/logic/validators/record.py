"""The rules of a whole measure, which run after its fields: each problem goes to its field."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.navl.dictization_functions import unflatten
from ckan.types import Context, FlattenDataDict, FlattenErrorDict, FlattenKey

from ckanext.digitalms import config
from ckanext.digitalms.measures import news
from ckanext.digitalms.measures.history import Statement
from ckanext.digitalms.measures.record import Measure, measure_from_validated, plain
from ckanext.digitalms.measures.rules import Problem, problems
from ckanext.digitalms.messages import N_, Message, translate
from ckanext.digitalms.model import StatementRow
from ckanext.digitalms.services.measures import transaction
from ckanext.digitalms.vocabularies import MEASURE_TYPE

__all__ = ["digitalms_measure_rules"]


def digitalms_measure_rules(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Check the rules of the whole record, after the fields; each problem goes to its field.

    A field that already has an error keeps just that one, since a rule would only repeat it.
    """
    del key
    measure = _measure(data)
    known = _known(context)
    if known is not None:
        measure = _settle(data, known.measure, measure, context)
    # who hangs on whom matters only to a measure that hangs on another one
    parents = _stored_parents() if measure.parent_id else {}
    for problem in [
        *problems(measure, config.today(), parents),
        *_older_than_known(measure, known, context),
    ]:
        if not errors.get(problem.path):
            errors.setdefault(problem.path, []).append(translate(problem.message, tk._))


def _measure(data: FlattenDataDict) -> Measure:
    told = {k: v for k, v in data.items() if k[0] not in {"resources", "__junk"} and v is not tk.missing}
    return measure_from_validated(unflatten(told), None)


def _stored_parents() -> dict[str, str | None]:
    query = model.Session.query(model.Package.name, model.Package.extras["parent_id"].astext)
    active = query.filter(model.Package.type == MEASURE_TYPE, model.Package.state != "deleted")
    return {name: parent or None for name, parent in active}


def _known(context: Context) -> Statement | None:
    package = context.get("package")
    return StatementRow.newest_of([package.id]).get(package.id) if package is not None else None


def _settle(data: FlattenDataDict, known: Measure, measure: Measure, context: Context) -> Measure:
    """Leave the Stand as it is where nothing new is said, and let a due day lapse that it has reached."""
    settled = measure if transaction.is_said(context) else news.settled(known, measure)
    if settled.update_due == known.update_due:
        settled = news.without_past_due(settled)
    for name in ("as_of", "update_due", *news.WORDS):
        if getattr(settled, name) != getattr(measure, name):
            _set_extra(data, name, plain(getattr(settled, name)) or "")
    return settled


def _set_extra(data: FlattenDataDict, name: str, value: str) -> None:
    """Set a field, also among the extras, where scheming has put it already."""
    data[(name,)] = value
    extras = [key for key in data if key[0] == "extras" and key[-1] == "key"]
    known = next((key for key in extras if data[key] == name), None)
    place = known[1] if known else max((key[1] for key in extras), default=-1) + 1
    data[("extras", place, "key")], data[("extras", place, "value")] = name, value


def _older_than_known(measure: Measure, known: Statement | None, context: Context) -> list[Problem]:
    if known is None or measure.as_of is None or measure.as_of >= known.as_of:
        return []
    text = N_(
        "There is already a Stand of {known} ({link}). To add the older one of {found}, "
        "use “What is new?”; it enters the history and leaves this page as it is."
    )
    link = tk.url_for("digitalms_measure.read", id=context["package"].name)
    return [Problem(("as_of",), Message(text, {"known": known.as_of, "found": measure.as_of, "link": link}))]
