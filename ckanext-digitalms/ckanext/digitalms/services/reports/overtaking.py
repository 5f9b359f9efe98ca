"""Who corrects a draft second is told so, and only where both mean the same: a row, the head, or the order.

The draft's proposal counts its corrections (``revision``) and notes of each row, by its position, and of the
whole which correction changed it last (``changed``). Rows that are joined, parted or moved get new positions,
so a form of before means other rows.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.model import ReportImport
from ckanext.digitalms.reports.proposal import ProposedReport

__all__ = ["arranged_at", "counted", "differing", "refuse_overtaken", "revision_of"]

# names in `changed` beside positions of rows: title, day and organisation; the order of the rows
_HEAD, _ORDER = "head", "order"
_OF_HEAD = ("title", "report_date", "organisation")


def revision_of(draft: ReportImport) -> int:
    """Return how often a draft was corrected."""
    return int(draft.proposal.get("revision", 0))


def arranged_at(draft: ReportImport) -> int:
    """Return the correction that numbered the rows anew last; 0: they stand as they were read."""
    return int(draft.proposal.get("changed", {}).get(_ORDER, 0))


def differing(before: ProposedReport, after: ProposedReport, *, has_other_home: bool) -> set[str]:
    """Return what a correction changed, its rows by their positions before they are arranged.

    Args:
        before: the report as it was.
        after: the same with what was typed.
        has_other_home: whether the organisation of new measures is another.
    """
    pairs = zip(before.measures, after.measures, strict=True)
    names = {str(one.position) for one, other in pairs if one != other}
    is_other = has_other_home or (before.title, before.report_date) != (after.title, after.report_date)
    return names | ({_HEAD} if is_other else set())


def counted(proposal: Json, names: Collection[str], *, is_arranged: bool) -> Json:
    """Return a proposal that counts a correction of some of its parts; of none it stays as it is."""
    if not names and not is_arranged:
        return proposal
    revision = proposal.get("revision", 0) + 1
    changed = {**proposal.get("changed", {}), **dict.fromkeys(names, revision)}
    if is_arranged:
        changed = {_HEAD: changed.get(_HEAD, 0), _ORDER: revision}
    return {**proposal, "revision": revision, "changed": changed}


def refuse_overtaken(draft: ReportImport, seen: int | None, told: Mapping[str, Any] | None = None) -> None:
    """Refuse to correct or publish what somebody else corrected meanwhile, and roll back.

    Args:
        draft: locked.
        seen: the revision that was read; nothing is not asked (a script's).
        told: what is corrected; without it the whole draft is meant.

    Raises:
        tk.ValidationError: keyed ``seen``.
    """
    if seen is None:
        return
    later = {name for name, revision in draft.proposal.get("changed", {}).items() if revision > seen}
    if told is not None:
        later &= _meant(told)
    if not later:
        return
    model.Session.rollback()
    if _ORDER in later:
        sentence = tk._(
            "The rows of this report were put in order anew meanwhile, so what you typed could reach other "
            "rows: nothing is saved. It stands below: enter it in the report as it is now."
        )
    else:
        sentence = tk._(
            "Somebody else has corrected this meanwhile. What you typed stands below: compare it with the "
            "report as it is now and save again; what you save takes its place."
        )
    raise tk.ValidationError({"seen": [sentence]})


def _meant(told: Mapping[str, Any]) -> set[str]:
    rows = {str(int(row["position"])) for row in told.get("measures") or ()}
    names = rows | ({_HEAD} if any(name in told for name in _OF_HEAD) else set())
    return names | ({_ORDER} if rows or told.get("arrange") else set())
