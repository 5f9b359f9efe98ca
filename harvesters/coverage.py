"""Coverage: a source is the address of a Breitbandatlas table, or a delivery that was uploaded.

The source states edition, customer, base, whose figures they are, and the known areas; nothing is read from
a file's name. An edition is written whole or not at all; one that was there is replaced, and the report says
so. What somebody has to confirm lets the delivery wait for a coordinator.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context
from werkzeug.datastructures import FileStorage

from ckanext.digitalms.harvesters.parsers.areas import AreasError, read_areas
from ckanext.digitalms.harvesters.parsers.coverage import TABLE, CoverageTable, read_coverage
from ckanext.digitalms.shared import (
    N_,
    Cause,
    Delivery,
    Dialect,
    EditionError,
    Figures,
    Finding,
    Limits,
    Message,
    Report,
    Stated,
    area_list_get,
    area_list_keep,
    check_size,
    config,
    coverage_before,
    coverage_edition,
    coverage_figures,
    coverage_lock,
    coverage_rules,
    coverage_write,
    delivery_finish,
    is_coordinator_organisation,
    translate,
)

from .base import Item, Run, SkeletonHarvester
from .deliveries import dialect_of, fetched_or_refused, file_of, kept, taken_over
from .exceptions import FailItem, WaitingDeliveryError

OPTIONS = ("edition", "customer", "base", "source", "areas")


@dataclass(frozen=True)
class Judged:
    """A delivery that was read: the report, and what is to be written if anything is."""

    report: Report
    stated: Stated
    names: Mapping[str, str]
    figures: Figures | None = None


class CoverageHarvester(SkeletonHarvester):
    """Harvest tables of broadband coverage by area."""

    harvester_name = "digitalms_coverage"
    harvester_title = N_("Broadband coverage")
    harvester_description = N_(
        "A table of the Breitbandatlas: shares of households by area, technology and speed."
    )
    delivery_kind = TABLE

    def check_config(self, config: dict[str, Any]) -> None:
        """Take edition, customer, base, source, areas (address of the boundaries) and the dialect."""
        dialect_of(config, OPTIONS)
        _stated(config)
        if not str(config.get("areas") or "").strip():
            text = N_("Name the boundaries in “areas”: the address of a GeoJSON file with AGS and GEN.")
            raise FailItem(Message(text))

    def gather(self, run: Run) -> Iterator[Item]:
        """Fetch table and boundaries, keep them, and yield the delivery when it is new."""
        if not is_coordinator_organisation(run.organisation):
            text = N_("Coverage is harvested for the coordinators’ organisation only: move the source there.")
            raise FailItem(Message(text))
        stated = _stated(run.config)
        _, boundaries = file_of(run, str(run.config.get("areas", "")))
        try:
            areas = area_list_keep(read_areas(boundaries))
        except AreasError as error:
            raise FailItem(error.message) from error
        filename, content = file_of(run, run.url)
        about = {**stated.to_json(), "areas": areas}
        delivery = kept(run, TABLE, filename, content, dialect_of(run.config, OPTIONS), about)
        if delivery is not None:
            yield Item(TABLE, delivery.id)

    def take_over(self, item: Item) -> None:
        """Write a delivery; one that is finished already is left alone."""
        delivery, report = taken_over(item.content, self.process_delivery)
        if delivery.state == "waiting":
            raise WaitingDeliveryError(_waits(delivery, report))

    def fetch_delivery(self, url: str) -> tuple[str, bytes]:
        """Return name and bytes of a table at an address; raises ``ValidationError`` with the reason."""
        return fetched_or_refused(url)

    def about_delivery(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """Take what is stated of a delivery, and its boundaries; raises ``ValidationError``."""
        wrong: dict[str, list[str]] = {}
        about: dict[str, Any] = {}
        try:
            about = Stated.declared(told, config.today()).to_json()
        except EditionError as error:
            wrong[error.option] = [translate(error.message, tk._)]
        try:
            about["areas"] = area_list_keep(read_areas(_bytes(told.get("areas"))))
        except AreasError as error:
            wrong["areas"] = [translate(error.message, tk._)]
        except tk.ValidationError as error:
            wrong |= error.error_dict
        if wrong:
            raise tk.ValidationError(wrong)
        return about

    def judge_delivery(self, delivery: Delivery) -> Report:
        """Say what is wrong with a delivery and what it would change; changes nothing."""
        return judge(delivery).report

    def process_delivery(self, context: Context, delivery: Delivery) -> Report:
        """Write an edition, all of it or nothing, and commit what became of the delivery."""
        del context
        # the delivery first, as whoever confirms it does
        model.Session.refresh(delivery, ["state"], with_for_update=True)
        coverage_lock()
        if delivery.state not in {"received", "waiting"}:
            model.Session.rollback()
            return Report.from_json(dict(delivery.report or {}))
        judged = judge(delivery)
        state = _state(delivery, judged.report)
        delivery_finish(delivery, state, judged.report.to_json())
        if state == "accepted" and judged.figures is not None:
            coverage_write(judged.stated, judged.figures, judged.names, delivery.id)
        model.repo.commit()
        return judged.report


def judge(delivery: Delivery) -> Judged:
    """Read a delivery, hold it against the boundaries and the editions, and say what it would change."""
    limits = Limits(config.max_upload_bytes(), config.max_rows())
    about = delivery.of_coverage
    stated = Stated.declared(about, config.today())
    names = area_list_get(about["areas"])
    dialect = Dialect.declared(delivery.dialect or {})
    table = read_coverage(delivery.content, delivery.filename, dialect, limits, names)
    if table.figures is None:
        return Judged(table.report, stated, names)
    former = coverage_edition(stated, table.figures.area_type)
    if former and former.content_hash == table.figures.hash and former.source == stated.source:
        return Judged(replace(table.report, unchanged=table.report.rows), stated, names)
    report = table.report.with_findings(_questions(stated, table, names))
    change = {
        "change": "replaced_edition" if former else "new_edition",
        **stated.to_json(),
        "area_type": table.figures.area_type,
        "areas": len(table.figures.areas),
        "figures": table.figures.count,
    }
    return Judged(replace(report, changes=(change,)), stated, names, table.figures)


def _questions(stated: Stated, table: CoverageTable, names: Mapping[str, str]) -> Iterator[Finding]:
    figures = table.figures
    if figures is None:
        return
    area_type = figures.area_type
    earlier = [coverage_before(stated, area_type), coverage_edition(stated, area_type)]
    codes = [area.code for area in figures.areas]
    seen: set[str] = set()
    for edition in filter(None, earlier):
        before = coverage_figures(edition)
        for code in coverage_rules.missing([area.code for area in before.areas], codes):
            if code not in seen:
                seen.add(code)
                yield _missing(code, names.get(code, ""), edition.edition)
        if edition.edition != stated.edition:
            yield from _jumps(before, table, edition.edition)


def _missing(code: str, name: str, edition: str) -> Finding:
    text = N_("The area {code} ({name}), which the edition {edition} has, is missing.")
    message = Message(text, {"code": code, "name": name or "–", "edition": edition})
    return Finding(
        Cause.MISSING_AREA, message, None, "AGS", code, Message(N_("every area that was there before"))
    )


def _jumps(before: Figures, table: CoverageTable, edition: str) -> Iterator[Finding]:
    if table.figures is None or table.rows is None:
        return
    limit = Decimal(config.coverage_jump())
    for jump in coverage_rules.jumps(before, table.figures, limit):
        row, title = table.rows[jump.code], table.titles[jump.place]
        text = N_("Row {row}, {field}: {found} after {before} in the edition {edition}.")
        values: dict[str, object] = {
            "row": row,
            "field": title,
            "found": str(jump.now),
            "before": str(jump.before),
            "edition": edition,
        }
        allowed = Message(N_("up to {limit} percentage points more or less"), {"limit": str(limit)})
        yield Finding(Cause.JUMP, Message(text, values), row, title, str(jump.now), allowed)


def _state(delivery: Delivery, report: Report) -> str:
    if not report.is_accepted:
        return "refused"
    if not report.changes:
        return "unchanged"
    return "waiting" if report.questions and not delivery.of_any.get("confirmed_by") else "accepted"


def _stated(options: Mapping[str, Any]) -> Stated:
    try:
        return Stated.declared(options, config.today())
    except EditionError as error:
        raise FailItem(error.message) from error


def _waits(delivery: Delivery, report: Report) -> Message:
    text = N_("“{filename}” waits: a coordinator has to confirm {count} questions. The first: {first} {url}")
    url = tk.url_for("digitalms_sources.report", id=delivery.id, _external=True)
    questions = report.questions
    values = {"count": len(questions), "filename": report.filename, "first": questions[0].message, "url": url}
    return Message(text, values)


def _bytes(told: Any) -> bytes:
    most = config.max_upload_bytes() + 1
    if isinstance(told, FileStorage):
        data = bytes(told.read(most))
    else:
        data = (
            told.encode("utf-8", "surrogatepass")
            if isinstance(told, str)
            else told
            if isinstance(told, bytes)
            else b""
        )[:most]
    check_size("areas", data)
    return data
