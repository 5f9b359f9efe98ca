"""A report is made: of what is kept of it and what the catalogue tells."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.digitalms import config
from ckanext.digitalms.messages import translate
from ckanext.digitalms.model import CouncilReport
from ckanext.digitalms.moments import NO_DAY
from ckanext.digitalms.reporting.building import Material, Plan, Texts, build, chosen
from ckanext.digitalms.reporting.gaps import ReportGap, gaps_of
from ckanext.digitalms.reporting.report import Head, Note, Period, Report
from ckanext.digitalms.reporting.settings import Settings
from ckanext.digitalms.reporting.types import ReportType
from ckanext.digitalms.services.language import in_german

from .drafts import known_types, settings_of
from .material import material, without_contact

__all__ = ["Made", "made", "plan_of", "told_in_german"]


class Made:
    """A report as it is now, with what is missing in it; the paper is German whoever reads it."""

    def __init__(self, row: CouncilReport, known_at: datetime | None = None) -> None:
        """Read the catalogue and build.

        Args:
            row: the report.
            known_at: the moment up to which statements are known; by default now, told in whole seconds.
        """
        self.row, self.settings = row, settings_of(row)
        self.type = _type(row)
        self.known_at = known_at or datetime.now(UTC).replace(microsecond=0)
        self.material: Material = material(row.as_of, known_at, row.previous_day)
        self.report: Report = build(plan_of(self), self.material)

    def gaps(self) -> list[ReportGap]:
        """Return what is missing in the measures that are told."""
        known = {measure["measure_id"]: measure for measure in self.material.measures}
        told = {measure.measure_id: measure for measure in self.report.measures}
        return gaps_of(
            [known[key] for key in chosen(self.settings.measures, known)],
            self.material.former,
            self.row.as_of,
            stand_days=config.report_stand_days(),
            without_contact=without_contact(),
            coverage={key: [each.edition for each in told[key].coverage] for key in told},
        )


def made(row: CouncilReport, known_at: datetime | None = None) -> Made:
    """Return a report as it is now."""
    return Made(row, known_at)


def _type(row: CouncilReport) -> ReportType:
    known = known_types()
    if row.type not in known:
        sentence = tk._("There is no report type “{found}” any more: choose one of {known}.")
        raise tk.ValidationError({"type": [sentence.format(found=row.type, known=", ".join(known))]})
    return known[row.type]


def plan_of(made: Made) -> Plan:
    """Return what a report is to be, of what is kept of it."""
    row, settings = made.row, made.settings
    return Plan(
        name=row.name,
        title=row.title,
        type_name=row.type,
        type=made.type,
        as_of=row.as_of,
        known_at=made.known_at,
        known_on=made.known_at.astimezone(config.time_zone()).date(),
        time_zone=config.time_zone().key,
        head=_head(made),
        previous=_previous(row),
        consultations=settings.consultations,
        texts=_texts(settings),
        measures=settings.measures,
        notes=tuple(Note(left.text, left.reason, left.measure_id) for left in settings.left.values()),
        url=tk.url_for("digitalms_reports.read", name=row.name, _external=True, locale="default", **NO_DAY),
        city=config.publisher(),
        license_title=_license(),
    )


def _texts(settings: Settings) -> Texts:
    return Texts(
        introduction=settings.introduction,
        outlook=settings.outlook,
        method=settings.method,
        summary=settings.summary,
        remarks=settings.remarks,
        asked=settings.asked,
        sentences=settings.sentences,
        decision=settings.decision,
        reasons=settings.reasons,
        finances=settings.finances,
    )


def _head(made: Made) -> Head:
    row, settings = made.row, made.settings
    return Head(
        kind=made.type.kind,
        subject=settings.subject or made.type.subject,
        day=row.as_of,
        number=row.number,
        office=settings.office or config.publisher(),
        contact=settings.contact,
        mailbox=settings.mailbox or config.contact_email(),
        is_public=settings.is_public,
    )


def _previous(row: CouncilReport) -> Period | None:
    if row.previous_day is None:
        return None
    named = model.Session.get(CouncilReport, row.previous_name) if row.previous_name else None
    return Period(row.previous_day, named.name if named else "", named.title if named else "")


def _license() -> str:
    register: Any = model.Package.get_license_register()
    found = register.get(config.license_id())
    return str(found.title) if found else config.license_id()


def told_in_german(gap: ReportGap) -> str:
    """Return what a gap says, as it is printed in the note of the report."""
    return f"{gap.title}: {translate(gap.message, in_german)}"
