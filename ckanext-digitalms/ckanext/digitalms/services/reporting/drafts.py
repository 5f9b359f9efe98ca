"""Reports as they are kept: made, found, changed; who saves second is told."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.types import Context
from sqlalchemy.orm import defer

from ckanext.digitalms import config
from ckanext.digitalms.model import CouncilReport, ReportVersion
from ckanext.digitalms.reporting import settings as report_settings
from ckanext.digitalms.reporting.settings import Settings
from ckanext.digitalms.reporting.types import ReportType, types_of
from ckanext.digitalms.services import delivery_work

__all__ = [
    "add",
    "create",
    "find",
    "find_free",
    "free_name",
    "is_frozen",
    "known_types",
    "newest",
    "page",
    "save",
    "settings_of",
    "unknown",
    "version_of",
    "versions_of",
]

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{1,99}")


def known_types() -> dict[str, ReportType]:
    """Return the report types by name."""
    return types_of(config.report_types())


def find(name: str, *, locked: bool = False) -> CouncilReport:
    """Return a report; raises ``ObjectNotFound``."""
    found: CouncilReport | None = None
    if NAME.fullmatch(name):
        found = model.Session.get(
            CouncilReport, name, with_for_update=locked or None, populate_existing=locked
        )
    if found is None:
        raise unknown(name)
    return found


def unknown(name: str) -> tk.ObjectNotFound:
    """Return the error that there is no report of a name: in the same words for a draft of others."""
    return tk.ObjectNotFound(tk._("There is no report “{found}”.").format(found=name[:60]))


def is_frozen(name: str) -> bool:
    """Return whether a report has a frozen version, also one that was withdrawn."""
    return bool(model.Session.scalar(sa.select(sa.exists().where(ReportVersion.report_name == name))))


def find_free(context: Context, name: str, field: str) -> CouncilReport:
    """Return a report that no job works with, locked; nobody waits for the row of one that is at work.

    Raises:
        tk.ObjectNotFound: there is no such report.
        tk.ValidationError: at the field: a job works with it.
    """
    delivery_work.refuse_at_work(context, find(name), field)
    row = find(name, locked=True)
    delivery_work.refuse_busy(context, row, field)
    return row


def settings_of(report: CouncilReport) -> Settings:
    """Return what was typed for a report."""
    return report_settings.read(report.settings)


def versions_of(name: str) -> list[ReportVersion]:
    """Return the frozen versions of a report, the newest first."""
    query = sa.select(ReportVersion).where(ReportVersion.report_name == name)
    return list(model.Session.scalars(query.order_by(ReportVersion.version.desc())))


def newest(name: str) -> ReportVersion | None:
    """Return the newest frozen version, also one that was withdrawn."""
    return next(iter(versions_of(name)), None)


def page(
    *, with_drafts: bool, limit: int, offset: int
) -> tuple[int, list[tuple[CouncilReport, list[ReportVersion]]]]:
    """Return how many reports there are, and some of them with their versions, the newest day first."""
    is_frozen = sa.exists().where(ReportVersion.report_name == CouncilReport.name)
    query = sa.select(CouncilReport).order_by(CouncilReport.as_of.desc(), CouncilReport.name)
    if not with_drafts:
        query = query.where(is_frozen)
    count = model.Session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    rows = list(model.Session.scalars(query.limit(limit).offset(offset)))
    found: dict[str, list[ReportVersion]] = {row.name: [] for row in rows}
    versions = sa.select(ReportVersion).where(ReportVersion.report_name.in_(found))
    newest_first = versions.order_by(ReportVersion.version.desc())
    for version in model.Session.scalars(newest_first.options(defer(ReportVersion.content))):
        found[version.report_name].append(version)
    return count, [(row, found[row.name]) for row in rows]


def version_of(name: str, version: int) -> ReportVersion:
    """Return a frozen version; raises ``ObjectNotFound``."""
    found: ReportVersion | None = model.Session.get(ReportVersion, (name, version))
    if found is None:
        message = tk._("There is no version {version} of the report “{found}”.")
        raise tk.ObjectNotFound(message.format(version=version, found=name[:60]))
    return found


def free_name(start: str) -> str:
    """Return a name that no report has: the words themselves, or with a number."""
    taken = set(
        model.Session.scalars(sa.select(CouncilReport.name).where(CouncilReport.name.startswith(start)))
    )
    names = (start if n == 1 else f"{start}-{n}" for n in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def check_days(as_of: date, previous: date | None) -> None:
    """Refuse days that cannot be; raises ``ValidationError``."""
    if as_of > config.today():
        sentence = tk._(
            "{day} lies in the future, of which nothing is known yet: choose a day up to {today}."
        )
        days = {"day": f"{as_of:%d.%m.%Y}", "today": f"{config.today():%d.%m.%Y}"}
        raise tk.ValidationError({"as_of": [sentence.format(**days)]})
    if previous is not None and previous >= as_of:
        sentence = tk._("The report before ({before}) must be earlier than this one ({day}).")
        days = {"before": f"{previous:%d.%m.%Y}", "day": f"{as_of:%d.%m.%Y}"}
        raise tk.ValidationError({"previous": [sentence.format(**days)]})


def previous_of(told: str | None) -> tuple[date | None, str | None]:
    """Read the report before: its name or its day.

    Raises:
        tk.ValidationError: there is no such report, and it is no day.
    """
    if not told:
        return None, None
    try:
        return date.fromisoformat(told), None
    except ValueError:
        pass
    found = model.Session.get(CouncilReport, told) if NAME.fullmatch(told) else None
    if found is None:
        sentence = tk._("“{found}” is neither a day nor the name of a report: choose one of the list.")
        raise tk.ValidationError({"previous": [sentence.format(found=told[:60])]})
    return found.as_of, found.name


def create(values: Mapping[str, Any], settings: Settings, user_id: str | None) -> CouncilReport:
    """Add a report and commit; as :func:`add`."""
    row = add(values, settings, user_id)
    model.repo.commit()
    return row


def add(values: Mapping[str, Any], settings: Settings, user_id: str | None) -> CouncilReport:
    """Add a report; the caller commits.

    Args:
        values: name, title, type, as_of, previous (name or day) and number.
        settings: what is typed for it from the start.
        user_id: of who makes it.

    Raises:
        tk.ValidationError: name or number are another's, or the days cannot be.
    """
    previous_day, previous_name = previous_of(values.get("previous"))
    check_days(values["as_of"], previous_day)
    row = CouncilReport(
        name=values["name"],
        title=values["title"],
        type=values["type"],
        as_of=values["as_of"],
        previous_day=previous_day,
        previous_name=previous_name,
        number=values.get("number") or "",
        settings=report_settings.stored(settings),
        user_id=user_id,
    )
    if model.Session.get(CouncilReport, row.name) is not None:
        sentence = tk._("There is a report “{found}” already: choose another name.")
        raise tk.ValidationError({"name": [sentence.format(found=row.name)]})
    model.Session.add(row)
    _write(model.Session.flush, row.number)
    return row


def save(row: CouncilReport, settings: Settings) -> None:
    """Keep a change of a report that was locked, and commit.

    Raises:
        tk.ValidationError: its number is another report's.
    """
    row.settings = report_settings.stored(settings)
    row.revision += 1
    row.changed_at = datetime.now(UTC)
    model.Session.add(row)
    _write(model.repo.commit, row.number)


def _write(write: Callable[[], object], number: str) -> None:
    try:
        write()
    except sa.exc.IntegrityError as error:
        model.Session.rollback()
        if "digitalms_report_number" in str(error):
            sentence = tk._("Another report has the number {number}: each number is that of one report.")
            raise tk.ValidationError({"number": [sentence.format(number=number)]}) from error
        sentence = tk._("Somebody else has just made a report of this name: choose another name.")
        raise tk.ValidationError({"name": [sentence]}) from error


def refuse_overtaken(row: CouncilReport, seen: int | None) -> None:
    """Refuse a change of what somebody else has changed meanwhile; nothing that was typed is lost."""
    if seen is not None and seen != row.revision:
        model.Session.rollback()
        sentence = tk._(
            "Somebody else has changed this report meanwhile. "
            "What you typed stands below: compare and save again."
        )
        raise tk.ValidationError({"seen": [sentence]})
