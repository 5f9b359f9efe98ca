"""Coverage: a source is the address of a Breitbandatlas table, or a delivery that was uploaded.

The source states edition, customer, base, whose figures they are, and the known areas; nothing is read from
a file's name. An edition is written whole or not at all; one that was there is replaced, and the report says
so. What somebody has to confirm lets the delivery wait for a coordinator.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context
from werkzeug.datastructures import FileStorage

from ckanext.digitalms.harvesters.parsers.areas import AreasError, read_areas
from ckanext.digitalms.harvesters.parsers.coverage import TABLE
from ckanext.digitalms.harvesters.parsers.coverage_shares import SCALES
from ckanext.digitalms.shared import (
    N_,
    Delivery,
    EditionError,
    Message,
    Report,
    Stated,
    Tried,
    area_list_keep,
    check_size,
    config,
    coverage_lock,
    coverage_write,
    delivery_finish,
    is_coordinator_organisation,
    known_areas,
    translate,
)

from .base import Item, Run, SkeletonHarvester
from .coverage_judge import judge
from .deliveries import (
    dialect_of,
    fetched_or_refused,
    file_of,
    for_a_person,
    kept,
    taken_over,
    tried,
)
from .exceptions import FailItem, WaitingDeliveryError

NOT_THEIRS = N_("Coverage is harvested for the coordinators’ organisation only: move the source there.")
OPTIONS = ("edition", "customer", "base", "source", "areas", "shares")


class CoverageHarvester(SkeletonHarvester):
    """Harvest tables of broadband coverage by area."""

    harvester_name = "digitalms_coverage"
    harvester_title = N_("Broadband coverage")
    harvester_description = N_(
        "A table of the Breitbandatlas: shares of households by area, technology and speed."
    )
    delivery_kind = TABLE

    def check_config(self, config: dict[str, Any]) -> None:
        """Take edition, customer, base, source, the dialect, areas (address of the boundaries) and shares.

        Without ``areas`` those count that are known already.
        """
        dialect_of(config, OPTIONS)
        _stated(config)
        _scale(config)

    def gather(self, run: Run) -> Iterator[Item]:
        """Fetch table and boundaries, keep them, and yield the delivery when it is new."""
        if not is_coordinator_organisation(run.organisation):
            raise FailItem(Message(NOT_THEIRS))
        stated = _stated(run.config)
        about = {**stated.to_json(), "shares": _scale(run.config), "areas": _areas_of(run)}
        filename, content = file_of(run, run.url)
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
            about["shares"] = _scale(told)
        except FailItem as error:
            wrong["shares"] = [translate(error.message, tk._)]
        try:
            about["areas"] = _known(_bytes(told.get("areas")))
        except AreasError as error:
            wrong["areas"] = [translate(error.message, tk._)]
        except tk.ValidationError as error:
            wrong |= error.error_dict
        if wrong:
            raise tk.ValidationError(wrong)
        return about

    def check_source(self, url: str, config: str, organisation: str | None, source_id: str | None) -> Tried:
        """Fetch and judge what a source would deliver; keeps nothing, raises ``ValidationError``."""
        with for_a_person():
            run = self.run_to_try(url, config, organisation, source_id)
            if not is_coordinator_organisation(run.organisation):
                raise FailItem(Message(NOT_THEIRS))
            about = {**_stated(run.config).to_json(), "shares": _scale(run.config), "areas": _areas_of(run)}
            return tried(TABLE, run, dialect_of(run.config, OPTIONS), about, self.judge_delivery)

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
        for one in judged.editions if state == "accepted" else ():
            coverage_write(one.stated, one.figures, one.names, delivery.id)
        model.repo.commit()
        return judged.report


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


def _scale(options: Mapping[str, Any]) -> str:
    """Return how shares are written; raises :class:`FailItem`."""
    found = str(options.get("shares") or "auto")
    if found not in SCALES:
        text = N_("“{found}” in “shares” is not known: use one of {allowed}.")
        raise FailItem(Message(text, {"found": found[:40], "allowed": ", ".join(SCALES)}))
    return found


def _areas_of(run: Run) -> str:
    """Keep the areas of a source's boundaries, or those that are known; return their id."""
    address = str(run.config.get("areas") or "").strip()
    try:
        return _known(file_of(run, address)[1] if address else b"")
    except AreasError as error:
        raise FailItem(error.message) from error


def _known(boundaries: bytes) -> str:
    """Keep the areas that may be in a table: those of the boundaries, or all that are known already."""
    return area_list_keep(read_areas(boundaries) if boundaries else known_areas())


def _waits(delivery: Delivery, report: Report) -> Message:
    text = N_("“{filename}” waits: a coordinator has to confirm {count} questions. The first: {first} {url}")
    url = tk.url_for("digitalms_sources.report", id=delivery.id, _external=True)
    questions = report.questions
    values = {"count": len(questions), "filename": report.filename, "first": questions[0].message, "url": url}
    return Message(text, values)


def _bytes(told: Any) -> bytes:
    """Return a file that may have come in; what is none is text that is no file either."""
    most = config.max_upload_bytes() + 1
    if isinstance(told, FileStorage):
        data = bytes(told.read(most))
    else:
        text = "" if told is None else told
        data = (text if isinstance(text, bytes) else str(text).encode("utf-8", "surrogatepass"))[:most]
    check_size("areas", data)
    return data
