"""Where a table is used: reports that cite a release, measures that name it, pages that are made from it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import defer

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.messages import N_
from ckanext.digitalms.model import ReportVersion
from ckanext.digitalms.publishing import retention
from ckanext.digitalms.publishing.releases import Release
from ckanext.digitalms.tables.open_tables import COVERAGE, SEARCH_SYNONYMS
from ckanext.digitalms.vocabularies import MEASURE_TYPE

from .measures.catalogue import catalogue

__all__ = ["PAGES", "uses"]

# pages that are made from what a table has: endpoint, place on it, name
PAGES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "measures": (("digitalms_overview.index", "", N_("Overview of the measures")),),
    "status_series": (("digitalms_overview.index", "verlauf", N_("Status over time")),),
    "milestones": (("digitalms_milestones.index", "", N_("Milestones")),),
    "milestone_shifts": (
        ("digitalms_milestones.index", "", N_("Milestones")),
        ("digitalms_definitions.index", "milestone-shifts", N_("Definitions")),
    ),
    "indicators": (("digitalms_definitions.index", "indicators", N_("Definitions")),),
    "council_references": (("digitalms_council.index", "", N_("Council papers")),),
    COVERAGE: (("digitalms_definitions.index", "coverage", N_("Definitions")),),
    SEARCH_SYNONYMS: (("digitalms_synonyms.index", "", N_("Words of the search")),),
}


def uses(table: str, dataset: str | None, releases: Sequence[Release]) -> Iterator[Json]:
    """Give what uses a table: reports first, then papers, measures and pages; each with kind, title and key.

    Args:
        table: its name.
        dataset: the name of its dataset, if it has one.
        releases: all of it.
    """
    reports = list(_reports([one.release_id for one in releases]))
    yield from reports
    yield from _papers(releases, [str(one["key"]) for one in reports])
    yield from _measures(table, dataset)
    for endpoint, anchor, title in PAGES.get(table, ()):
        yield {"kind": "page", "key": endpoint, "title": title, "anchor": anchor}


def _reports(releases: Sequence[str]) -> Iterator[Json]:
    """Give the frozen reports that cite a release, each once, by the newest version."""
    if not releases:
        return
    cites = ReportVersion.releases.has_any(array(releases))
    query = sa.select(ReportVersion).where(ReportVersion.state == "frozen", cites)
    newest = query.order_by(ReportVersion.as_of.desc(), ReportVersion.version.desc())
    seen: set[str] = set()
    for version in model.Session.scalars(newest.options(defer(ReportVersion.content))):
        if version.report_name not in seen:
            seen.add(version.report_name)
            title = " ".join(filter(None, [version.number, version.title]))
            yield {"kind": "report", "key": version.report_name, "title": title, "anchor": ""}


def _papers(releases: Sequence[Release], reports: Sequence[str]) -> Iterator[Json]:
    """Give where coordinators noted that a release is cited, without what reports noted themselves."""
    seen: set[str] = set()
    for release in releases:
        for text in retention.cited(release).split("; "):
            is_report = any(f"({name}, " in text for name in reports)
            if text and text not in seen and not is_report:
                seen.add(text)
                yield {"kind": "paper", "key": release.release_id, "title": text, "anchor": ""}


def _measures(table: str, dataset: str | None) -> Iterator[Json]:
    """Give the public measures whose record names the table's address, or is linked to coverage."""
    places = [f"/daten/{table}", f"/datensatz/{table}"]
    if dataset:
        places.append(f"/dataset/{dataset}")
    text = sa.cast(model.Package.extras, sa.Text)
    linked = model.Package.extras["coverage_links"].astext.contains("area_code")
    is_linked = sa.func.coalesce(linked, sa.false()) if table == COVERAGE else sa.false()
    wanted = sa.or_(is_linked, *(text.contains(place, autoescape=True) for place in places))
    query = sa.select(model.Package.name, model.Package.title, text, is_linked).where(
        model.Package.type == MEASURE_TYPE, model.Package.state == "active", wanted
    )
    found = model.Session.execute(query.order_by(model.Package.title)).all()
    public = frozenset(catalogue().keys) if found else frozenset()
    # the address of a table whose name begins alike is another's
    named = re.compile("|".join(f"{re.escape(place)}(?![\\w-])" for place in places))
    for key, title, told, is_of_coverage in found:
        if key in public and (is_of_coverage or named.search(told)):
            yield {"kind": "measure", "key": key, "title": title, "anchor": ""}
