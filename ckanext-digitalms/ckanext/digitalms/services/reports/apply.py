"""How a draft of a report import becomes measures: in one transaction every one of them, or none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.digitalms import config
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.measures.record import Step
from ckanext.digitalms.model import ReportImport, StatementRow
from ckanext.digitalms.reports.matching import leaves_status
from ckanext.digitalms.reports.proposal import ProposedMeasure, ProposedReport, to_json
from ckanext.digitalms.services.deliveries import UNDONE
from ckanext.digitalms.services.imports import writer
from ckanext.digitalms.services.imports.apply import finish
from ckanext.digitalms.services.imports.taking_back import take_back
from ckanext.digitalms.services.measures.batch import UNCHANGED, Outcome, StatementInput, apply_statements
from ckanext.digitalms.services.measures.locked import lock_measures_called
from ckanext.digitalms.services.measures.transaction import commit, deferred
from ckanext.digitalms.services.reporting import incoming
from ckanext.digitalms.vocabularies import MEASURE_TYPE, Status

from .drafts import APPLIED, report_of

_HUNDRED = Decimal(100)
# a report fills these where nothing is known yet, and never overwrites them
_FILLED = (
    *("notes", "vision", "vision_year", "vision_source", "contact_function", "contact_email"),
    *("funding_state", "funding_amount", "funding_programme"),
)
_SAID = ("as_of", "statement_source")
_OF_STATUS = ("status", "status_reason")


def apply_draft(context: Context, draft: ReportImport) -> list[Json]:
    """Create and state all measures of a draft, or none; the caller has authorised the user.

    Raises:
        tk.ValidationError: ``{report_date, organisation, include, measures: [{field: [sentence]}]}``.
    """
    report = report_of(draft)
    organisation = str(draft.proposal.get("organisation") or "")
    _check_whole(report, organisation)
    known = [measure.known_as for measure in report.measures if measure.include and measure.known_as]
    lock_measures_called(known)
    work = _Work(context, report, organisation)
    wrong = [work.write(measure) for measure in report.measures]
    if any(wrong):
        model.Session.rollback()
        raise tk.ValidationError({"measures": wrong})
    draft.state, draft.applied_at = APPLIED, datetime.now(UTC)
    if draft.work:
        # a job is at work, and not done before the report is frozen: one that dies is begun again
        draft.work = {**draft.work, "state": APPLIED}
    draft.proposal = {**draft.proposal, "outcomes": work.outcomes}
    model.Session.add(draft)
    work.finish(draft)
    return told_outcomes(draft)


def told_outcomes(draft: ReportImport) -> list[Json]:
    """Return what became of the measures of a report, without what is kept for an undo."""
    told = ("measure_id", "title", "change")
    return [{name: one[name] for name in told} for one in draft.proposal.get("outcomes", ())]


def undo_draft(context: Context, draft: ReportImport) -> None:
    """Take back what a report changed and withdraw its frozen report, all of it or nothing, and commit.

    Raises:
        tk.ValidationError: a measure was changed since.
    """
    packages = take_back(context, draft.proposal.get("outcomes", ()))
    draft.state = UNDONE
    model.Session.add(draft)
    incoming.withdraw(draft)
    finish(packages)


def _check_whole(report: ProposedReport, organisation: str) -> None:
    errors: dict[str, list[str]] = {}
    included = [measure for measure in report.measures if measure.include]
    if report.report_date is None:
        errors["report_date"] = [tk._("Enter the day of the report: it is the Stand of all its statements.")]
    elif report.report_date > config.today():
        sentence = tk._("The Stand ({as_of}) lies in the future: enter a day up to today ({today}).")
        errors["report_date"] = [sentence.format(as_of=report.report_date, today=config.today())]
    if not included:
        errors["include"] = [tk._("No measure is chosen: choose at least one.")]
    group = model.Group.get(organisation) if organisation else None
    homeless = any(not measure.known_as and not measure.organisation for measure in included)
    if homeless and (group is None or not group.is_organization):
        errors["organisation"] = [tk._("Choose the organisation that the new measures belong to.")]
    if errors:
        raise tk.ValidationError(errors)


class _Work:
    """Writes the measures of one report into the open transaction."""

    def __init__(self, context: Context, report: ProposedReport, organisation: str) -> None:
        self.context = context
        self.report = report
        self.organisation = organisation
        self.as_of = report.report_date or config.today()
        self.source = f"{report.title}, {self.as_of:%d.%m.%Y}"[:1000]
        self.outcomes: list[Json] = []
        self.package_ids: list[str] = []
        self.late: list[StatementInput] = []
        self.stated: set[str] = set()

    def write(self, measure: ProposedMeasure) -> Json:
        """Write one measure; return its errors by the draft's field names."""
        if not measure.include:
            return {}
        if measure.known_as and measure.known_as in self.stated:
            return {"known_as": [tk._("Another row of the report is already for this measure: choose one.")]}
        try:
            if measure.known_as:
                self.stated.add(measure.known_as)
                self._state(measure, measure.known_as)
            else:
                self._create(measure)
        except tk.ValidationError as refused:
            return _by_draft_field(refused.error_dict)
        return {}

    def _create(self, measure: ProposedMeasure) -> None:
        facts = {**self._facts(measure), "type": MEASURE_TYPE, "name": measure.key, "title": measure.title}
        facts["owner_org"] = measure.organisation or self.organisation
        facts["position"] = str(measure.position)
        package_id = tk.get_action("package_create")(deferred(self.context), facts)
        self.package_ids.append(package_id)
        self._add(measure.key, measure.title, "created", package_id)

    def _state(self, measure: ProposedMeasure, key: str) -> None:
        package = model.Package.get(key)
        if package is None or package.type != MEASURE_TYPE or package.state != model.State.ACTIVE:
            message = tk._("There is no measure “{found}”.").format(found=key[:60])
            raise tk.ValidationError({"known_as": [message]})
        newest = StatementRow.newest_of([package.id]).get(package.id)
        if newest and self.as_of < newest.as_of:
            self.late.append(self._statement(measure, key))
            self._add(key, package.title, "backdated")
            return
        tk.check_access("package_update", self.context, {"id": package.id})
        stored = writer.shown(package)
        wanted = _merged(stored, self._facts(measure), leaves_status=leaves_status(measure))
        done = writer.state(self.context, package, stored, wanted, newest)
        if done.statement_id:
            self.package_ids.append(package.id)
        self._add(key, stored["title"], done.change, package.id if done.statement_id else None)

    def _add(self, key: str, title: str, change: str, package_id: str | None = None) -> None:
        """Note what became of a measure, and by which statement."""
        told: Json = {"measure_id": key, "title": title, "change": change}
        if package_id:
            written = StatementRow.newest_of([package_id])[package_id]
            told |= {"package_id": package_id, "statement_id": written.statement_id}
        self.outcomes.append(told)

    def _facts(self, measure: ProposedMeasure) -> Json:
        plain = to_json(measure)
        names = ["notes", "vision", "vision_source", "status", "status_reason", "council_references"]
        names += ["funding_state", "funding_amount", "funding_programme", "contact_function", "contact_email"]
        rows = ["goals", "steps", "milestones", "partners"]
        return {
            **{name: plain[name] for name in (*names, *rows)},
            "vision_year": str(measure.vision_year or ""),
            "progress_percent": "100" if measure.status == Status.DONE else "",
            "as_of": self.as_of.isoformat(),
            "statement_source": self.source,
        }

    def _statement(self, measure: ProposedMeasure, key: str) -> StatementInput:
        # what the report does not speak of stays as it was on its day
        is_silent = leaves_status(measure)
        is_done = measure.status == Status.DONE and not is_silent
        return StatementInput(
            measure_id=key,
            as_of=self.as_of,
            status=UNCHANGED if is_silent else measure.status,
            status_reason=UNCHANGED if is_silent else measure.status_reason or None,
            progress_percent=_HUNDRED if is_done else UNCHANGED,
            source=self.source,
            steps=[Step(state=step.state, text=step.text) for step in measure.steps] or UNCHANGED,
        )

    def finish(self, draft: ReportImport) -> None:
        """Commit all of it, with the statements for days before the newest Stand, then index."""

        def note(outcomes: Sequence[Outcome]) -> None:
            written = {one.measure_id: asdict(one) for one in outcomes}
            told = [{**one, **written.get(one["measure_id"], {})} for one in self.outcomes]
            draft.proposal = {**draft.proposal, "outcomes": told}

        if self.late:
            try:
                apply_statements(self.context, self.late, note=note)
            except tk.ValidationError as refused:
                model.Session.rollback()
                raise tk.ValidationError({"measures": self._late_errors(refused.error_dict)}) from refused
        commit(self.package_ids)

    def _late_errors(self, by_key: Mapping[str, Any]) -> list[Json]:
        measures = self.report.measures
        return [_by_draft_field(by_key.get(measure.known_as or "", {})) for measure in measures]


_DRAFT_NAMES = {
    "name": "key",
    "as_of": "report_date",
    "progress_percent": "status",
    "owner_org": "organisation",
}


def _by_draft_field(errors: Mapping[str, Any]) -> Json:
    return {_DRAFT_NAMES.get(name, name): value for name, value in errors.items()}


def _merged(stored: Json, facts: Json, *, leaves_status: bool) -> Json:
    """Put what a report says into a known measure; what it does not speak of stays."""
    said = _SAID if leaves_status else (*_SAID, *_OF_STATUS)
    merged = {**stored, **{name: facts[name] for name in said}}
    merged.update({name: stored.get(name) or facts[name] for name in _FILLED})
    is_new_stand = stored.get("as_of") != facts["as_of"]
    if is_new_stand:
        # the words of the former Stand are not this report's
        merged["statement"] = ""
    is_finished = facts["progress_percent"] or str(stored.get("progress_percent")) == "100"
    if is_finished and not leaves_status:
        merged["progress_percent"] = facts["progress_percent"]
    if facts["steps"]:
        merged["steps"] = _with_known_ids(facts["steps"], stored.get("steps"), "text")
    for name, key in (("council_references", "reference"), ("goals", "text"), ("partners", "name")):
        merged[name] = _united(stored.get(name), facts[name], key)
    merged["milestones"] = _moved(stored.get("milestones"), facts["milestones"], is_new_stand=is_new_stand)
    return merged


def _with_known_ids(rows: Iterable[Json], known: Iterable[Json] | None, key: str) -> list[Json]:
    # each known row lends its id once, so that two equal lines stay two
    ids: dict[str, list[str]] = {}
    for row in known or ():
        ids.setdefault(row[key], []).append(row["id"])
    return [{**row, "id": ids[row[key]].pop(0)} if ids.get(row[key]) else dict(row) for row in rows]


def _united(known: Iterable[Json] | None, rows: Iterable[Json], key: str) -> list[Json]:
    kept = list(known or ())
    there = {row[key] for row in kept}
    return [*kept, *(dict(row) for row in rows if row[key] not in there)]


def _moved(known: Iterable[Json] | None, rows: Iterable[Json], *, is_new_stand: bool) -> list[Json]:
    """Keep known milestones; one of the same title gets the report's date, which history shows as a shift.

    Of several with one title each is used once. The reason that is known is that of the shift before.
    """
    left, kept = list(rows), []
    for row in known or ():
        said = next((one for one in left if one["title"] == row["title"]), None)
        if said is None:
            kept.append(row)
            continue
        left.remove(said)
        is_shifted = is_new_stand and (said["latest"] or "") != (row.get("latest") or "")
        reason = {"reason": ""} if is_shifted else {}
        kept.append({**row, **said, **reason, "met_on": said["met_on"] or row.get("met_on")})
    return [*kept, *map(dict, left)]
