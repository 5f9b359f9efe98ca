"""A report is frozen: files first, then one transaction; a crash leaves all of it or nothing.

What a crash leaves are folders that no version names; they are swept before the next freezing, and by
``ckan digitalms publish``, which runs at the start of the services and every day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.digitalms import isolated
from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.model import CouncilReport, ReportVersion
from ckanext.digitalms.publishing import releases, retention
from ckanext.digitalms.reporting import canonical
from ckanext.digitalms.reporting.report import Report
from ckanext.digitalms.services import locks
from ckanext.digitalms.services.language import in_default_language

from . import drafts, files
from .making import made

__all__ = ["correct", "freeze", "mark_withdrawn", "problems", "sweep", "withdraw"]

_DAMAGED = N_("Report {name}, version {version}: the file “{ending}” is missing or is another one.")
_ORPHAN = N_("Files of no report: {folder}. “digitalms publish” removes them.")
_CITED = N_("Report {number} ({name}, version {version})")


def freeze(
    name: str, seen: int | None, user_id: str | None, original: files.Original | None = None
) -> ReportVersion:
    """Freeze a report as its first version and commit.

    Args:
        name: of the report.
        seen: the revision that was looked at; where another has come, nothing is frozen.
        user_id: of who does it.
        original: the paper itself, where it was written elsewhere and came in.

    Raises:
        tk.ObjectNotFound: there is no such report.
        tk.ValidationError: it is frozen already, or was changed meanwhile.
    """

    def check(row: CouncilReport, last: ReportVersion | None) -> None:
        drafts.refuse_overtaken(row, seen)
        if last is not None:
            sentence = tk._("This report is frozen already: correct it with a new version that says why.")
            raise tk.ValidationError({"id": [sentence]})

    return _freeze(name, "", user_id, check, original)


def correct(name: str, reason: str, seen: int | None, user_id: str | None) -> ReportVersion:
    """Freeze the draft as a new version that names the last one and says why, and commit.

    Args:
        name: of the report.
        reason: why it is corrected.
        seen: as for :func:`freeze`.
        user_id: of who does it.

    Raises:
        tk.ObjectNotFound: there is no such report.
        tk.ValidationError: nothing of it is frozen yet, nothing differs from the last version, or it was
            changed meanwhile.
    """

    def check(row: CouncilReport, last: ReportVersion | None) -> None:
        drafts.refuse_overtaken(row, seen)
        if last is None:
            sentence = tk._("Nothing of this report is frozen yet: freeze it first.")
            raise tk.ValidationError({"id": [sentence]})

    return _freeze(name, reason, user_id, check)


def _freeze(
    name: str,
    reason: str,
    user_id: str | None,
    check: Callable[[CouncilReport, ReportVersion | None], None],
    original: files.Original | None = None,
) -> ReportVersion:
    locks.reports()
    row = drafts.find(name, locked=True)
    last = drafts.newest(name)
    try:
        check(row, last)
        row.number = row.number or _next_number(row)
        report = made(row, datetime.now(UTC)).report  # to the microsecond, as statements have it
        _refuse_internal(report)
        if last is not None:
            _refuse_same(canonical.to_json(report), last)
        files.sweep()
        version = (last.version if last else 0) + 1
        with isolated.patiently():
            written = files.write(name, version, report, original)
    except (tk.ValidationError, OSError):
        model.Session.rollback()
        raise
    content = canonical.to_json(report)
    frozen = ReportVersion(
        report_name=name,
        version=version,
        state="frozen",
        title=report.title,
        number=row.number,
        as_of=report.as_of,
        known_at=report.known_at,
        content=content,
        sha256=canonical.sha256(content),
        folder=written.folder,
        files=written.files,
        releases=_cite(row, version),
        corrects=last.version if last else None,
        reason=reason,
        notes=files.notes_on(written.missing),
        user_id=user_id,
        withdrawn_because="",
    )
    return _commit(row, frozen)


def _refuse_internal(report: Report) -> None:
    """Refuse to publish a paper that is not for the public."""
    if not report.head.is_public:
        sentence = tk._(
            "A frozen report is public, and this paper is marked as not public. Mark it as public, or give "
            "its files to the council from the preview."
        )
        raise tk.ValidationError({"is_public": [sentence]})


def _commit(row: CouncilReport, frozen: ReportVersion) -> ReportVersion:
    model.Session.add_all([row, frozen])
    try:
        model.repo.commit()
    except sa.exc.SQLAlchemyError as error:
        model.Session.rollback()
        # of any other fault nobody knows here whether it was committed; what no version names is swept
        if isinstance(error, sa.exc.IntegrityError):
            files.remove(frozen.folder)
            sentence = tk._("Another report has the number {number}: each number is that of one report.")
            raise tk.ValidationError({"number": [sentence.format(number=frozen.number)]}) from error
        raise
    return frozen


def _next_number(row: CouncilReport) -> str:
    """Return a number of our own for a report that has none of the council's: B-2020-1."""
    start = f"B-{row.as_of.year}-"
    query = sa.select(CouncilReport.number).where(CouncilReport.number.startswith(start))
    taken = set(model.Session.scalars(query))
    return next(f"{start}{count}" for count in range(1, len(taken) + 2) if f"{start}{count}" not in taken)


def _refuse_same(content: str, last: ReportVersion) -> None:
    """Refuse a correction that changes nothing but the moment at which it was known."""
    old, new = canonical.from_json(last.content), canonical.from_json(content)
    same = {"known_at": old.known_at, "method": old.method}
    if canonical.changed(new, **same) == old:
        sentence = tk._("Nothing differs from version {version}: change the report first.")
        raise tk.ValidationError({"id": [sentence.format(version=last.version)]})


def _cite(row: CouncilReport, version: int) -> list[str]:
    """Note at the releases that the catalogue was published in that a report draws on them: they stay."""
    told = {"number": row.number, "name": row.name, "version": version}
    reason = in_default_language(Message(_CITED, told))
    drawn_on = list(releases.current_of(["measures", "coverage"]).values())
    for release in drawn_on:
        model.Session.refresh(release, with_for_update=True)
        known = retention.cited(release)
        retention.cite(release.release_id, "; ".join(filter(None, (known, reason))))
    return sorted(release.release_id for release in drawn_on)


def withdraw(name: str, version: int | None, reason: str) -> ReportVersion:
    """Withdraw a version, by default the newest: its page stays and says so; commit.

    Raises:
        as :func:`mark_withdrawn`.
    """
    found = mark_withdrawn(name, version, reason)
    model.repo.commit()
    return found


def mark_withdrawn(name: str, version: int | None, reason: str) -> ReportVersion:
    """Withdraw a version, by default the newest; the caller commits.

    Raises:
        tk.ObjectNotFound: there is no such report or version.
        tk.ValidationError: it is withdrawn already, or nothing is frozen.
    """
    locks.reports()
    drafts.find(name, locked=True)
    found = drafts.version_of(name, version) if version else drafts.newest(name)
    if found is None:
        model.Session.rollback()
        sentence = tk._("Nothing of this report is frozen yet: freeze it first.")
        raise tk.ValidationError({"id": [sentence]})
    if found.state != "frozen":
        model.Session.rollback()
        raise tk.ValidationError({"version": [tk._("This version is withdrawn already.")]})
    found.state, found.withdrawn_because = "withdrawn", reason
    found.withdrawn_at = datetime.now(UTC)
    model.Session.add(found)
    return found


def sweep() -> int:
    """Remove what a crash left, and say how many folders that were."""
    locks.reports()
    count = files.sweep()
    model.Session.rollback()
    return count


def problems() -> Iterator[Message]:
    """Go through what is wrong with the files of frozen reports: missing, changed, or of no report."""
    locks.reports()
    for version in model.Session.scalars(sa.select(ReportVersion)):
        told = {"name": version.report_name, "version": version.version}
        for ending in files.damaged(version):
            yield Message(_DAMAGED, {**told, "ending": ending})
    for folder in files.orphans():
        yield Message(_ORPHAN, {"folder": folder})
    model.Session.rollback()
