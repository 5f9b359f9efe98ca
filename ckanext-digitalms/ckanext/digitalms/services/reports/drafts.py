"""Drafts of report imports: what is kept of them, shown and corrected."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import ckan.plugins.toolkit as tk
import msgspec
from ckan import model

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.messages import translate
from ckanext.digitalms.model import ReportImport
from ckanext.digitalms.reports import arranging
from ckanext.digitalms.reports.matching import Known, identifying, with_status_of
from ckanext.digitalms.reports.proposal import (
    Fragment,
    ProposedMeasure,
    ProposedReport,
    Reason,
    from_json,
    to_json,
)
from ckanext.digitalms.services import delivery_work
from ckanext.digitalms.services.access import coordinators
from ckanext.digitalms.services.measures.hooks import measure_of
from ckanext.digitalms.vocabularies import MEASURE_TYPE

from . import overtaking

# the state of a report that is published; one that was taken back is ``undone``
APPLIED = "applied"

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_REASONS = {reason.value: reason for reason in Reason}


def known_measures() -> list[Known]:
    """Return the catalogue's measures as a report's are recognised by."""
    query = model.Session.query(model.Package).filter(
        model.Package.type == MEASURE_TYPE, model.Package.state == model.State.ACTIVE
    )
    known = []
    for package in query.order_by(model.Package.name):
        measure = measure_of(package)
        papers = identifying((row.reference, row.role) for row in measure.council_references)
        state = (measure.status or "", measure.status_reason or "")
        known.append(Known(package.name, package.title or "", papers, *state))
    return known


def organisations() -> list[dict[str, str]]:
    """Return the organisations that measures can belong to."""
    query = model.Session.query(model.Group.name, model.Group.title).filter(
        model.Group.is_organization.is_(True), model.Group.state == model.State.ACTIVE
    )
    return [{"value": name, "text": title or name} for name, title in query.order_by(model.Group.title)]


def with_organisations(report: ProposedReport) -> ProposedReport:
    """Give measures to the organisations that the report calls responsible, where the catalogue has them."""
    known = {one[name].casefold(): one["value"] for one in organisations() for name in ("text", "value")}
    return replace(report, measures=tuple(_with_organisation(one, known) for one in report.measures))


def _with_organisation(measure: ProposedMeasure, known: Mapping[str, str]) -> ProposedMeasure:
    for partner in measure.partners:
        if found := known.get(partner.name.casefold()):
            rest = tuple(one for one in measure.partners if one is not partner)
            return replace(measure, organisation=found, partners=rest)
    return measure


def usual_organisation() -> str:
    """Return the one organisation besides the coordinators' own, if there is just one."""
    theirs = coordinators.organisation()
    others = [one["value"] for one in organisations() if theirs is None or one["value"] != theirs.name]
    return others[0] if len(others) == 1 else ""


def draft_of(draft_id: str, *, locked: bool = False) -> ReportImport:
    """Return a draft; raises ``ObjectNotFound``."""
    found: ReportImport | None = None
    # anything else than a UUID is no draft, and some of it (NUL) no database takes
    if _UUID.fullmatch(draft_id):
        found = model.Session.get(
            ReportImport, draft_id, with_for_update=locked or None, populate_existing=locked
        )
    if found is None:
        message = tk._("There is no imported report “{found}”.")
        raise tk.ObjectNotFound(message.format(found=draft_id[:60]))
    return found


def report_of(draft: ReportImport) -> ProposedReport:
    """Read a draft's proposal."""
    return from_json(draft.proposal["report"])


def shown(draft: ReportImport) -> Json:
    """Return a draft as the API and the pages show it, sentences in the reader's language."""
    report = report_of(draft)
    return {
        "id": draft.id,
        "filename": draft.filename,
        "state": draft.state,
        "revision": overtaking.revision_of(draft),
        "arranged": overtaking.arranged_at(draft),
        "created_at": draft.created_at.isoformat(),
        "applied_at": draft.applied_at.isoformat() if draft.applied_at else None,
        "organisation": draft.proposal.get("organisation") or "",
        "organisations": organisations(),
        "known": [{"value": one.measure_id, "text": one.title} for one in known_measures()],
        "work": delivery_work.told(draft),
        "title": report.title,
        "report_date": report.report_date.isoformat() if report.report_date else "",
        "warnings": [translate(message, tk._) for message in report.warnings],
        "measures": [_shown_measure(measure) for measure in report.measures],
        "not_taken_over": _grouped(report.not_taken_over),
        "unrecognised": list(report.unrecognised),
        "outcomes": draft.proposal.get("outcomes") or [],
    }


def _shown_measure(measure: ProposedMeasure) -> Json:
    plain = to_json(measure)
    del plain["fragments"]
    because = measure.known_because
    return {
        **plain,
        "status_because": translate(measure.status_because, tk._),
        "known_because": translate(because, tk._) if because else "",
        "warnings": [translate(message, tk._) for message in measure.warnings],
        "not_taken_over": _grouped(measure.not_taken_over),
    }


def _grouped(pieces: Iterable[Fragment]) -> list[Json]:
    groups: dict[str, list[str]] = {}
    for piece in pieces:
        groups.setdefault(piece.reason, []).append(piece.text)
    return [
        {"reason": name, "label": tk._(_REASONS[name].label), "texts": texts}
        for name, texts in groups.items()
    ]


def corrected(draft: ReportImport, told: Mapping[str, Any]) -> Json:
    """Return the draft's proposal with what was typed (validated) put in.

    Raises:
        tk.ValidationError: keyed ``measures``: a row is not there.
        ArrangementError: rows cannot be arranged so.
    """
    report = report_of(draft)
    typed = {int(row["position"]): row for row in told.get("measures") or []}
    _refuse_unknown(typed, report)
    measures = [_corrected_measure(measure, typed.get(measure.position)) for measure in report.measures]
    changed = replace(report, measures=tuple(_with_statuses(measures, report)))
    if "title" in told:
        changed = replace(changed, title=told["title"])
    if "report_date" in told:
        changed = replace(changed, report_date=_day(told["report_date"]))
    before = draft.proposal.get("organisation")
    organisation = told.get("organisation", before)
    names = overtaking.differing(report, changed, has_other_home=(organisation or "") != (before or ""))
    arranged = _arranged(changed, told)
    counted = overtaking.counted(draft.proposal, names, is_arranged=arranged != changed)
    return {**counted, "report": to_json(arranged), "organisation": organisation}


def _refuse_unknown(typed: Mapping[int, Any], report: ProposedReport) -> None:
    """Refuse corrections of rows that are not there: they would be lost without a word."""
    known = {measure.position for measure in report.measures}
    if typed.keys() <= known:
        return
    sentence = tk._("There is no row {found}.")
    wrong = [
        {} if position in known else {"position": [sentence.format(found=position)]} for position in typed
    ]
    raise tk.ValidationError({"measures": wrong})


def _arranged(report: ProposedReport, told: Mapping[str, Any]) -> ProposedReport:
    """Join, part or move a row, where that is asked for; raises ``ArrangementError``."""
    do, position = told.get("arrange"), int(told.get("position") or 0)
    if do == "join":
        return arranging.joined(report, position)
    if do == "part":
        rows: dict[str, set[int]] = {}
        for one in str(told.get("rows") or "").split():
            name, _, place = one.rpartition("-")
            rows.setdefault(name, set()).add(int(place))
        return arranging.parted(report, position, str(told.get("new_title") or ""), rows)
    if do in {"up", "down"}:
        return arranging.moved(report, position, -1 if do == "up" else 1)
    return report


_NOT_EMPTY_AS_NONE = ("known_as", "vision_year", "earliest", "latest", "met_on", "year")


def _corrected_measure(measure: ProposedMeasure, typed: Mapping[str, Any] | None) -> ProposedMeasure:
    if typed is None:
        return measure
    plain = to_json(measure)
    known = {name: value for name, value in typed.items() if name in plain and name != "position"}
    merged = {**plain, **_without_empty(known)}
    if merged["known_as"]:
        merged["key"] = merged["known_as"]
    return msgspec.convert(merged, ProposedMeasure, strict=False)


def _with_statuses(measures: Sequence[ProposedMeasure], report: ProposedReport) -> Iterable[ProposedMeasure]:
    """Ask the catalogue anew for the status of rows that a person has given to another known measure."""
    pairs = list(zip(measures, report.measures, strict=True))
    if all(now.known_as == before.known_as for now, before in pairs):
        return measures
    known = {one.measure_id: one for one in known_measures()}
    return [
        now if now.known_as == before.known_as else with_status_of(known.get(now.known_as or ""), now)
        for now, before in pairs
    ]


def _without_empty(values: Any) -> Any:
    if isinstance(values, list):
        return [_without_empty(value) for value in values]
    if not isinstance(values, dict):
        return values
    return {
        name: None if name in _NOT_EMPTY_AS_NONE and value in ("", None) else _without_empty(value)
        for name, value in values.items()
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
