"""What of somebody's measures is due, late, internal or missing: one look at all of them.

A measure that nobody else sees is judged by nobody: it stands among the internal ones, with what is missing
in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.digitalms import config
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.measures.delay import MilestoneState, state_in
from ckanext.digitalms.measures.gaps import Gap, Missing, missing_in
from ckanext.digitalms.measures.indicator_facts import facts
from ckanext.digitalms.measures.record import Measure, measure_from_content, plain
from ckanext.digitalms.measures.updates import update_on
from ckanext.digitalms.messages import translate
from ckanext.digitalms.model.public import ADMITTED
from ckanext.digitalms.vocabularies import MEASURE_TYPE

__all__ = ["Kept", "choices", "count", "figures", "gaps", "internal", "kept", "late_milestones", "updates"]

# what is due so soon is shown before it is
SOON = timedelta(days=14)
_READ = (
    "measure_id",
    "title",
    "parent_id",
    "status",
    "as_of",
    "update_due",
    "update_interval",
    "update_interval_max",
    "milestones",
    "council_references",
)
# figures and what they measure are told as they stand
_FIELDS = ", ".join(f"'{name}', told.content -> '{name}'" for name in (*_READ, "indicators", "goals"))
# of each measure what stood last of it, without the texts of its record, which nobody reads here
_KEPT = f"""
SELECT package.name, package.title, package.private, package.state, office.title AS office,
    office.name AS office_name,
    coalesce(package.extras ->> 'contact_function', '') <> ''
        OR coalesce(package.extras ->> 'contact_email', '') <> '' AS has_contact,
    {ADMITTED.format(package="package")} AS is_admitted,
    (SELECT jsonb_build_object({_FIELDS}) FROM digitalms_statement told
     WHERE told.package_id = package.id AND told.content IS NOT NULL AND NOT EXISTS (
         SELECT 1 FROM digitalms_retraction r WHERE r.statement_id = told.statement_id)
     ORDER BY told.as_of DESC, told.statement_id DESC LIMIT 1) AS content
FROM package LEFT JOIN "group" office ON office.id = package.owner_org
WHERE package.type = '{MEASURE_TYPE}' AND package.state <> 'deleted'
  AND (CAST(:offices AS text[]) IS NULL OR package.owner_org = ANY(:offices))
ORDER BY lower(package.title), package.name
"""  # noqa: S608 - made of our own texts only


@dataclass(frozen=True)
class Kept:
    """A measure that somebody keeps.

    Args:
        content: of its record what is judged here, as it stood last.
        title: of today.
        office: the title of its organisation.
        visibility: public, or why nobody else sees it: private, draft, waiting (for its organisation).
        has_contact: whether a function or mailbox is named.
        has_parts: whether it has parts.
    """

    content: Json
    title: str
    office: str
    visibility: str
    has_contact: bool
    has_parts: bool

    @cached_property
    def measure(self) -> Measure:
        """Return the record, which is read where it is judged."""
        return measure_from_content(self.content, _READ)

    @property
    def is_public(self) -> bool:
        """Return whether everybody sees it."""
        return self.visibility == "public"

    def to_json(self) -> Json:
        """Return what every line says of its measure."""
        return {
            "measure_id": self.content["measure_id"],
            "title": self.title,
            "organisation_title": self.office,
            "visibility": self.visibility,
            "as_of": self.content.get("as_of"),
        }


def kept(offices: Sequence[str] | None) -> list[Kept]:
    """Return the measures of some organisations by title, those that nobody else sees, too.

    Args:
        offices: the ids of the organisations; ``None``: of all.
    """
    rows = model.Session.execute(sa.text(_KEPT), {"offices": offices}).all()
    parents = {(row.content or {}).get("parent_id") for row in rows}
    return [_kept(row, row.name in parents) for row in rows]


def _kept(row: Any, has_parts: bool) -> Kept:
    content = {**(row.content or {}), "measure_id": row.name, "title": row.title}
    title, office = row.title or row.name, row.office or row.office_name or ""
    return Kept(content, title, office, _visibility(row), row.has_contact, has_parts)


def _visibility(row: Any) -> str:
    if row.state == "draft":
        return "draft"
    if row.private:
        return "private"
    return "public" if row.is_admitted else "waiting"


def count(offices: Sequence[str] | None) -> int:
    """Count the measures of some organisations, as :func:`kept` returns them."""
    query = sa.select(sa.func.count()).select_from(model.Package)
    query = query.where(model.Package.type == MEASURE_TYPE, model.Package.state != model.State.DELETED)
    if offices is not None:
        query = query.where(model.Package.owner_org.in_(offices))
    return model.Session.scalar(query) or 0


def choices(measures: Iterable[Kept], words: str = "") -> list[Json]:
    """Return those in whose title or key each of the words stands, in any order and case."""
    wanted = words.casefold().split()
    return [
        each.to_json()
        for each in measures
        if all(word in f"{each.title} {each.content['measure_id']}".casefold() for word in wanted)
    ]


def updates(measures: Iterable[Kept], day: date) -> list[Json]:
    """Return the measures whose next update is due by now or soon, the longest overdue first."""
    rhythm = config.rhythm()
    judged = [(each, update_on(each.measure, day, rhythm)) for each in measures if each.is_public]
    due = [(update.due, each, update) for each, update in judged if update.due and update.due <= day + SOON]
    return [
        {**each.to_json(), "update_due": plain(when), "days_overdue": update.days_overdue}
        for when, each, update in sorted(due, key=lambda told: told[0])
    ]


def late_milestones(measures: Iterable[Kept], day: date) -> list[Json]:
    """Return the milestones whose latest day has passed and of which nobody said what became of them."""
    late = [
        {
            **each.to_json(),
            "milestone_id": milestone.id,
            "milestone": milestone.title,
            "date_text": milestone.date_text,
            "latest": plain(milestone.latest),
            "days_late": (day - milestone.latest).days if milestone.latest else 0,
        }
        for each in measures
        if each.is_public
        for milestone in each.measure.milestones
        if state_in(each.measure, milestone, day) is MilestoneState.OVERDUE
    ]
    return sorted(late, key=lambda told: str(told["latest"]))


def figures(measures: Iterable[Kept], day: date) -> list[Json]:
    """Return the figures whose next value is due by their rhythm, the longest due first."""
    due = [
        {
            **each.to_json(),
            "indicator_id": told["id"],
            "figure": told,
            "next_due": told["next_due"],
            "days_due": (day - date.fromisoformat(told["next_due"])).days,
        }
        for each in measures
        if each.is_public
        for row in each.content.get("indicators") or ()
        if (told := facts(each.content, row, day))["is_due"]
    ]
    return sorted(due, key=lambda told: str(told["next_due"]))


def internal(measures: Iterable[Kept], day: date) -> list[Json]:
    """Return the measures that nobody else sees, each with the gaps in it."""
    return [
        {**each.to_json(), "missing": [told.gap.value for told in _missing(each, day)]}
        for each in measures
        if not each.is_public
    ]


def gaps(measures: Iterable[Kept], day: date) -> dict[Gap, list[Json]]:
    """Return by gap the public measures that have it, with what is to be said."""
    found: dict[Gap, list[Json]] = {gap: [] for gap in Gap}
    for each in measures:
        for told in _missing(each, day) if each.is_public else ():
            words = [translate(message, tk._) for message in told.found]
            found[told.gap].append({**each.to_json(), "found": words})
    return found


def _missing(each: Kept, day: date) -> Iterator[Missing]:
    return missing_in(each.measure, day, has_contact=each.has_contact, has_parts=each.has_parts)
