"""What harvesters of delivered tables share: getting the file, keeping it, refusing it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import Any, BinaryIO

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.digitalms.shared import (
    DELIVERY,
    DIALECT_OPTIONS,
    N_,
    Delivery,
    Dialect,
    DialectError,
    Message,
    Report,
    Tried,
    config,
    delivery_create,
    delivery_get,
    delivery_list,
    is_coordinator_organisation,
    source_secret,
    stated_of,
    translate,
)

from .base import Run
from .exceptions import FailItem, RefusedDeliveryError, SkipItem
from .fetch import FetchLimits, fetch, fetch_into
from .parsers.areas import AreasError


def dialect_of(options: Mapping[str, Any], others: tuple[str, ...] = ()) -> Dialect:
    """Take the dialect from a source's configuration, which may have these other options, too."""
    unknown = [name for name in options if name not in (*DIALECT_OPTIONS, *others)]
    if unknown:
        text = N_("The configuration has {found}, which is not known: {allowed} are.")
        values: dict[str, object] = {
            "found": ", ".join(unknown)[:200],
            "allowed": ", ".join((*DIALECT_OPTIONS, *others)),
        }
        raise FailItem(Message(text, values))
    try:
        return Dialect.declared(options)
    except DialectError as error:
        raise FailItem(error.message) from error


def file_of(run: Run, url: str) -> tuple[str, bytes]:
    """Return name and bytes: an uploaded delivery is read from the database, an address is fetched.

    A source reads the deliveries of its own organisation, one of the coordinators' all of them.
    """
    stored = DELIVERY.fullmatch(url.strip())
    if stored is None:
        secret = source_secret(run.source_id) if run.source_id and url == run.url else ""
        return fetched(url.strip(), secret)
    text = N_("There is no delivery “{found}”: correct the address of the source.")
    refused = FailItem(Message(text, {"found": stored["id"]}))
    try:
        delivery = delivery_get(stored["id"])
    except tk.ObjectNotFound as error:
        raise refused from error
    if delivery.organisation != run.organisation and not is_coordinator_organisation(run.organisation):
        raise refused
    return delivery.filename, bytes(delivery.content)


def fetched(url: str, secret: str = "") -> tuple[str, bytes]:
    """Return name and bytes of what is at an address, by the guarded fetch; raises :class:`FailItem`."""
    found = fetch(url, fetch_limits(), secret=secret)
    return found.filename, found.content


@contextmanager
def fetched_file(url: str) -> Iterator[BinaryIO]:
    """Return what is at an address as a file on the disk, for feeds that are read record by record."""
    with TemporaryFile() as file:
        fetch_into(file, url, fetch_limits())
        file.seek(0)
        yield file


def fetch_limits() -> FetchLimits:
    """Return what the operator allows a fetch."""
    return FetchLimits(config.max_upload_bytes(), config.fetch_timeout(), tuple(config.allowed_networks()))


def fetched_or_refused(url: str) -> tuple[str, bytes]:
    """Fetch for a person who waits for the answer; raises ``ValidationError`` with the reason."""
    try:
        return fetched(url)
    except FailItem as failed:
        raise tk.ValidationError({"url": [translate(failed.message, tk._)]}) from failed


@contextmanager
def for_a_person() -> Iterator[None]:
    """Tell whoever waits for the answer why an address or a setting is refused."""
    try:
        yield
    except AreasError as refused:
        raise tk.ValidationError({"areas": [translate(refused.message, tk._)]}) from refused
    except FailItem as refused:
        raise tk.ValidationError({"url": [translate(refused.message, tk._)]}) from refused


def tried(
    kind: str,
    run: Run,
    dialect: Dialect,
    about: Mapping[str, Any],
    judge: Callable[[Delivery], Report],
) -> Tried:
    """Fetch what a source would deliver and judge it, without keeping it.

    Args:
        kind: of the delivery.
        run: of a source that need not be there.
        dialect: how the table is written.
        about: what is stated of it.
        judge: says what is wrong with it and what it would change.
    """
    filename, content = file_of(run, run.url)
    told = {"organisation": run.organisation, "source_id": run.source_id or None}
    delivery = Delivery(
        kind=kind,
        filename=filename,
        content=content,
        size=len(content),
        dialect=dialect.to_json(),
        about=dict(about),
        state="received",
        **told,
    )
    return Tried(filename, len(content), judge(delivery))


def kept(
    run: Run,
    kind: str,
    filename: str,
    content: bytes,
    dialect: Dialect,
    about: Mapping[str, Any] | None = None,
) -> Delivery | None:
    """Keep what was fetched; ``None`` when just this file was the last that came and was taken over.

    The same file that was refused before is judged again under the same delivery, since the catalogue
    may have changed; it is not kept a second time. One that somebody took back comes back by that person's
    word only.
    """
    last = next(iter(delivery_list(run.source_id, limit=1)), None)
    told = {"organisation": run.organisation, "dialect": dialect.to_json(), "about": dict(about or {})}
    if last is not None and last.sha256 == hashlib.sha256(content).hexdigest() and told == _told_of(last):
        if last.state in {"accepted", "unchanged", "undone"}:
            return None
        last.state, last.job_id = "received", run.job_id
        model.repo.commit()
        return last
    delivery = delivery_create(kind, filename, content, source_id=run.source_id, job_id=run.job_id, **told)
    model.repo.commit()
    return delivery


def _told_of(delivery: Delivery) -> dict[str, Any]:
    return {
        "organisation": delivery.organisation,
        "dialect": delivery.dialect,
        "about": stated_of(delivery),
    }


def refusal(delivery: Delivery, report: Report) -> Message:
    """Say why a delivery was refused, and where the whole report is."""
    first = report.errors[0]
    text = N_("Nothing was taken over: {count} errors in “{filename}”. The first: {first} All of them: {url}")
    url = tk.url_for("digitalms_sources.report", id=delivery.id, _external=True)
    values = {"count": len(report.errors), "filename": report.filename, "first": first.message, "url": url}
    return Message(text, values)


def taken_over(delivery_id: str, process: Callable[[Context, Delivery], Report]) -> tuple[Delivery, Report]:
    """Process a delivery that was kept; return it with its report.

    Raises:
        SkipItem: it is finished already.
        RefusedDeliveryError: there are errors in it.
    """
    delivery = delivery_get(delivery_id)
    if delivery.state != "received":
        raise SkipItem(Message(N_("The delivery is finished already.")))
    report = process(site_context(), delivery)
    if not report.is_accepted:
        raise RefusedDeliveryError(refusal(delivery, report))
    return delivery, report


def site_context() -> Context:
    """Return the context of the catalogue itself."""
    user = tk.get_action("get_site_user")({"ignore_auth": True, "defer_commit": True}, {})
    return {"user": user["name"], "ignore_auth": True}
