"""Redaction: a text is blanked wherever it stands, in one call, and what was blanked is told.

The database changes in one transaction. Releases are rewritten before it commits, in folders beside. What
follows the commit (the folders of before, DataStore, datasets, index) is what a start after a crash does,
too: :func:`.releases.recover` and :func:`.index.repair`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import ckan.plugins.toolkit as tk
import pysolr
import sqlalchemy as sa
from ckan import model
from ckan.lib.search import SearchError
from ckan.types import Context

from ckanext.digitalms import config
from ckanext.digitalms.measures.record import content_hash
from ckanext.digitalms.model import StatementRow
from ckanext.digitalms.publishing import datastore, releases, trigger
from ckanext.digitalms.search import index
from ckanext.digitalms.services import locks, searched_pages
from ckanext.digitalms.services.measures import announce
from ckanext.digitalms.services.measures.hooks import author_of

from . import follow_up, frozen_reports, release_rewriting, text_columns
from . import log as redaction_log
from .blanking import Blanker
from .release_editors import TextBlanked, holds_one_of
from .release_rewriting import Rewritten
from .scope import Scope

# what is written meanwhile by somebody whose change began before is blanked by another round
_ROUNDS = 3
_ORIGINAL = "digitalms_report_version.original"
_PATIENCE = "SET LOCAL lock_timeout = '20s'"
_CALL = sa.text(
    "SELECT digitalms_redact_statement("
    ":statement, CAST(:content AS jsonb), :hash, :source, :path, :reason, :user)"
)


@dataclass(frozen=True)
class Asked:
    """What is to be blanked.

    Args:
        text: the wording.
        reason: why, for the log and the releases' notes.
        scope: where.
        user_id: who asks.
    """

    text: str
    reason: str
    scope: Scope
    user_id: str | None

    @property
    def blanker(self) -> Blanker:
        """Return what blanks it."""
        return Blanker(self.text, redaction_log.mark())


@dataclass
class Done:
    """What a round of blanking did."""

    found: text_columns.Found = field(default_factory=text_columns.Found)
    releases: list[Rewritten] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    package_ids: set[str] = field(default_factory=set)
    redaction_id: int | None = None

    @property
    def count(self) -> int:
        """Count the places that were blanked."""
        return sum(self.found.places.values()) + sum(one.count for one in self.releases)


def redact(asked: Asked, *, dry_run: bool) -> dict[str, Any]:
    """Blank a text, or only say where it stands.

    Raises:
        tk.ValidationError: it stands nowhere, or somebody else is writing for long.
    """
    if asked.text == asked.blanker.mark:
        return _told(Done(), dry_run=dry_run, is_indexed=True)
    done = _round(asked, dry_run=dry_run)
    if not done.count and done.found.is_empty:
        raise tk.ValidationError({"text": [tk._("This text stands nowhere.")]})
    is_indexed = True
    if not dry_run and done.count:
        # it is done: who publishes at this moment is waited for
        with locks.patiently():
            is_indexed = _follow(done)
            _again(asked)
        trigger.request()
    return _told(done, dry_run=dry_run, is_indexed=is_indexed)


def _again(asked: Asked) -> None:
    for _ in range(_ROUNDS):
        done = _round(asked, dry_run=False)
        if not done.count:
            return
        _follow(done)


def _round(asked: Asked, *, dry_run: bool) -> Done:
    releases.recover()
    with locks.all_publishing():
        try:
            done = _blank(asked, dry_run=dry_run)
        except sa.exc.OperationalError as error:
            model.Session.rollback()
            sentence = tk._("Somebody else is writing at this moment: nothing was blanked. Try again.")
            raise tk.ValidationError({"text": [sentence]}) from error
        if dry_run or not done.count:
            model.Session.rollback()
        else:
            _announce(asked, done)
            model.repo.commit()
            frozen_reports.remove(done.folders)
    return done


def _announce(asked: Asked, done: Done) -> None:
    """Tell other plugins of the datasets in which something was blanked."""
    user = model.User.get(asked.user_id) if asked.user_id else None
    query = sa.select(model.Package).where(
        model.Package.id.in_(done.package_ids), model.Package.state == model.State.ACTIVE
    )
    announce.updated({"user": user.name if user else ""}, model.Session.scalars(query).all())


def _blank(asked: Asked, *, dry_run: bool) -> Done:
    done, blanker = Done(), asked.blanker
    connection = model.Session.connection()
    connection.execute(sa.text(_PATIENCE))
    _statements(asked, done)
    # before the rows of reports: who freezes one has this lock first, too
    locks.reports()
    follow_up.tags(connection, blanker, asked.scope, done.found)
    text_columns.blank(connection, blanker, asked.scope.has_row, done.found)
    done.package_ids |= follow_up.settle(connection, done.found)
    model.Session.expire_all()
    _frozen(asked, done, dry_run=dry_run)
    editor = TextBlanked(blanker, asked.scope.measure)
    for release in release_rewriting.with_files():
        if dry_run:
            rewritten = release_rewriting.count(release, editor)
        else:
            rewritten = release_rewriting.rewrite(release, editor, release_rewriting.BLANKED, asked.reason)
        done.releases += [rewritten] if rewritten else []
    _datastore(asked, done.found, dry_run=dry_run)
    _refusals(blanker, done.found, dry_run=dry_run)
    if done.count and done.redaction_id is None:
        path = " ".join(done.found.places) or "releases"
        done.redaction_id = redaction_log.write(path, asked.reason, asked.user_id)
    return done


def _frozen(asked: Asked, done: Done, *, dry_run: bool) -> None:
    """Give frozen reports in which something was blanked new files and a new hash."""
    originals, closed = (0, 0) if asked.scope.measure else frozen_reports.count_originals(asked.blanker)
    done.found.add(_ORIGINAL, originals)
    done.found.add_unsearched(_ORIGINAL, closed)
    if not dry_run and (originals or done.found.rows.get("digitalms_report_version")):
        done.folders = frozen_reports.rewrite(asked.blanker, asked.reason)


def _statements(asked: Asked, done: Done) -> None:
    rows = _told_of(asked)
    locks.measures({row.package_id for row in rows})
    for row in rows:
        model.Session.refresh(row)
        content, count = asked.blanker.in_value(row.content)
        if not count:
            continue
        told = row.content or {}
        changed = [name for name in content if content[name] != told.get(name)]
        values = {
            "statement": row.statement_id,
            "content": json.dumps(content, ensure_ascii=False),
            "hash": content_hash(content),
            "source": content.get("statement_source"),
            "path": asked.scope.path_in(row.statement_id) or " ".join(changed),
            "reason": asked.reason,
            "user": asked.user_id,
        }
        logged = model.Session.execute(_CALL, values).scalar_one()
        done.redaction_id = logged if asked.scope.path_in(row.statement_id) else done.redaction_id or logged
        done.found.add("digitalms_statement.content", count)
        done.package_ids.add(row.package_id)


def _told_of(asked: Asked) -> list[StatementRow]:
    held = sa.cast(StatementRow.content, sa.Text)
    holds = sa.or_(*(sa.func.strpos(held, needle) > 0 for needle in asked.blanker.needles))
    query = sa.select(StatementRow).where(StatementRow.content.is_not(None), holds)
    if asked.scope.package_id is not None:
        query = query.where(StatementRow.package_id == asked.scope.package_id)
    return list(model.Session.scalars(query.order_by(StatementRow.statement_id)))


def _datastore(asked: Asked, found: text_columns.Found, *, dry_run: bool) -> None:
    """Blank tables of the DataStore that are no release's: those are loaded anew from the files."""
    if not datastore.is_on():
        return
    ours = {one for now in releases.all_current() for one in releases.home_of(now).resource_ids(now.manifest)}
    datastore.clear_staged()
    with datastore.opened(is_kept=not dry_run) as connection:
        text_columns.blank(
            connection,
            asked.blanker,
            lambda table, row: table not in ours and asked.scope.has_row(table, row),
            found,
        )


def _refusals(blanker: Blanker, found: text_columns.Found, *, dry_run: bool) -> None:
    """Blank what was noted of runs of publishing that were refused: it quotes cells."""
    for path in config.release_path().glob("*refused.json"):
        if not holds_one_of(path, blanker.needles):
            continue
        text, count = blanker.in_text(path.read_text("utf-8"))
        found.add(path.name, count)
        if count and not dry_run:
            path.write_text(text, "utf-8")


def _follow(done: Done) -> bool:
    """Bring all that follows the database up to it; say whether the index could be."""
    releases.recover()
    return indexed(done.package_ids)


def indexed(package_ids: Iterable[str]) -> bool:
    """Bring the index up to the database, without a trace of before; ``False``: it follows later."""
    try:
        index.reindex(sorted(package_ids))
        searched_pages.refresh()
        index.forget_replaced()
    except (SearchError, pysolr.SolrError, OSError):
        return False
    return True


def _told(done: Done, *, dry_run: bool, is_indexed: bool) -> dict[str, Any]:
    return {
        "redaction_id": None if dry_run else done.redaction_id,
        "dry_run": dry_run,
        "count": done.count,
        "places": _counted(done.found.places),
        "releases": [one.told() for one in done.releases],
        "left": _counted(done.found.left),
        "unsearched": _counted(done.found.unsearched),
        "sources": sorted(follow_up.sources(done.found)),
        "search_follows": not is_indexed,
    }


def _counted(places: Mapping[str, int]) -> list[dict[str, Any]]:
    return [{"place": name, "count": count} for name, count in sorted(places.items())]


def asked_of(context: Context, told: dict[str, Any]) -> Asked:
    """Read what is to be blanked: the value at a path of a statement, or a text.

    Raises:
        tk.ObjectNotFound: there is no such statement or measure.
        tk.ValidationError: the path leads to no text, the text is too short, or the reason holds it.
    """
    if told.get("statement_id"):
        scope, text = Scope.of_path(told["statement_id"], told.get("path") or "")
    else:
        scope = Scope.of_measure(told["measure"]) if told.get("measure") else Scope()
        text = told.get("text") or ""
        if len(text.strip()) < 2:
            message = tk._(
                "Say what is to be blanked: statement_id and path, or a text of at least 2 characters."
            )
            raise tk.ValidationError({"text": [message]})
    asked = Asked(text, told["reason"], scope, author_of(context))
    redaction_log.refuse_reason(holds=asked.blanker.is_in(asked.reason))
    return asked
