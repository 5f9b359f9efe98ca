"""The groups of the desk in their order, each read only when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, partial

import ckan.plugins.toolkit as tk

from ckanext.digitalms.city_pages import blanks
from ckanext.digitalms.city_pages.pages import LANGUAGES, PAGES
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.measures.gaps import Gap
from ckanext.digitalms.quality import rules
from ckanext.digitalms.services import city_texts
from ckanext.digitalms.services.quality import kept

from . import changes, measures, waiting

__all__ = ["CHOICE", "GROUPS", "Desk"]

# all measures that somebody keeps, to choose one of them: asked for by name only
CHOICE = "measures"
GROUPS = (
    "updates",
    "late_milestones",
    "figures",
    "deliveries",
    "questions",
    "previews",
    "sources",
    "internal",
    *(gap.value for gap in Gap),
    "quality",
    "city_pages",
    "changes",
)


@dataclass(frozen=True)
class Desk:
    """The desk of one account on a day.

    Args:
        user_id: of the account.
        offices: whose measures and tables it keeps; ``None``: of all, as a coordinator.
        since: when its visit before this one ended.
        day: in the city's time zone.
        words: by which measures are chosen.
    """

    user_id: str
    offices: list[str] | None
    since: datetime
    day: date
    words: str = ""

    @cached_property
    def kept(self) -> list[measures.Kept]:
        """Return the measures that the account keeps."""
        return measures.kept(self.offices)

    @cached_property
    def _gaps(self) -> Mapping[Gap, list[Json]]:
        return measures.gaps(self.kept, self.day)

    def count(self) -> int:
        """Return how many measures the account keeps."""
        return measures.count(self.offices)

    def entries(self, group: str) -> list[Json]:
        """Return all entries of a group."""
        return self._readers[group]()

    @property
    def _readers(self) -> dict[str, Callable[[], list[Json]]]:
        ids, for_coordinators = self.offices, self.offices is None
        return {
            CHOICE: lambda: measures.choices(self.kept, self.words),
            "updates": lambda: measures.updates(self.kept, self.day),
            "late_milestones": lambda: measures.late_milestones(self.kept, self.day),
            "figures": lambda: measures.figures(self.kept, self.day),
            "deliveries": partial(waiting.deliveries, self.user_id, ids),
            "questions": waiting.questions if for_coordinators else list,
            "previews": partial(waiting.previews, self.user_id, ids),
            "sources": partial(waiting.failing_sources, ids),
            "internal": lambda: measures.internal(self.kept, self.day),
            **{gap.value: partial(self._with_gap, gap) for gap in Gap},
            "quality": partial(_to_mend, ids),
            "city_pages": _unfilled_pages if for_coordinators else list,
            "changes": partial(changes.changes, self.user_id, ids, self.since),
        }

    def _with_gap(self, gap: Gap) -> list[Json]:
        return self._gaps[gap]


def _to_mend(offices: list[str] | None) -> list[Json]:
    return [
        {
            **{name: value for name, value in one.items() if name != "indicator"},
            "most": rules.MOST,
            "more": one["indicator"].points,
            "field": one["indicator"].field,
            "remedy": tk._(one["indicator"].remedy),
        }
        for one in kept.to_mend(offices)
    ]


def _unfilled_pages() -> list[Json]:
    told = [(name, city_texts.current(name, language)) for name in PAGES for language in LANGUAGES]
    return [
        {"page": name, "title": tk._(PAGES[name].title), "language": text.language, "missing": missing}
        for name, text in told
        if (missing := blanks.missing(text.text))
    ]
