"""What a fetch can end with, each with a sentence for whoever keeps the source."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import requests

from ckanext.digitalms.shared import N_, Message, masked

from .exceptions import FailItem

_SECONDS = 8  # digits of a number of seconds that somebody can mean


class FetchError(FailItem):
    """A source that did not give its file; ``cause`` is a stable type."""

    cause = "fetch-error"


class UnreachableError(FetchError):
    """No connection."""

    cause = "unreachable"


class TooSlowError(FetchError):
    """The time is over."""

    cause = "too-slow"


class CutError(UnreachableError):
    """The file ends early."""

    cause = "cut-short"


class WaitError(FetchError):
    """The server wants to be asked less often."""

    cause = "asked-too-often"


class NotFoundError(FetchError):
    """404 or 410."""

    cause = "not-found"


class StatusError(FetchError):
    """Another status than 200."""

    cause = "status"


class TooLargeError(FetchError):
    """More bytes than are allowed."""

    cause = "too-large"


class WebPageError(FetchError):
    """HTML instead of data."""

    cause = "web-page"


class UnreadableHeadersError(FetchError):
    """Headers that say nothing, such as a length that is no number."""

    cause = "unreadable-headers"


class RedirectsError(FetchError):
    """Too many redirects, or one without an address."""

    cause = "redirects"


def check_status(response: requests.Response, url: str) -> None:
    """Raise a :class:`FetchError` for every answer that is no whole file."""
    status = response.status_code
    values: dict[str, object] = {"url": masked(url)[:200], "status": status}
    if status in {404, 410}:
        text = N_("There is no file at “{url}” ({status}): correct the address of the source.")
        raise NotFoundError(Message(text, values))
    if status in {401, 403}:
        text = N_("“{url}” does not let us read the file ({status}): make it public, or use another address.")
        raise StatusError(Message(text, values))
    if status == 429 or (status == 503 and response.headers.get("retry-after")):
        raise WaitError(_wait(response, values))
    if status >= 500:
        text = N_(
            "The server of “{url}” has an error of its own ({status}): "
            "let its operator see to it; the next run tries again."
        )
        raise StatusError(Message(text, values))
    if status != 200:
        text = N_(
            "“{url}” answers with status {status} instead of the file: check the address of the source."
        )
        raise StatusError(Message(text, values))


def _wait(response: requests.Response, values: dict[str, object]) -> Message:
    """Say when the server may be asked again, as far as it tells."""
    told = response.headers.get("retry-after", "").strip()
    moment: datetime | None = None
    if told.isdecimal() and len(told) < _SECONDS:
        moment = datetime.now().astimezone() + timedelta(seconds=int(told))
    elif told:
        with suppress(ValueError, TypeError, OverflowError):
            moment = parsedate_to_datetime(told).astimezone()
    if moment is None:
        text = N_(
            "The server of “{url}” is asked too often ({status}): the next run tries again; let the source "
            "run less often."
        )
        return Message(text, values)
    text = N_(
        "The server of “{url}” is asked too often ({status}) and wants to be left alone until {moment}: the "
        "next run after that tries again; let the source run less often."
    )
    return Message(text, {**values, "moment": f"{moment:%d.%m.%Y %H:%M:%S}"})


def certificate(error: Exception, url: str) -> Message:
    """Say what is wrong with a certificate, as far as it is known."""
    told = str(error).lower()
    values: dict[str, object] = {"url": masked(url)[:200]}
    if "expired" in told:
        text = N_("The certificate of “{url}” has expired: let the operator of the source renew it.")
    elif "not yet valid" in told:
        text = N_(
            "The certificate of “{url}” is not valid yet: let the operator of the source see to it; the "
            "clock of this server may be wrong, too."
        )
    elif "hostname mismatch" in told or "doesn't match" in told or "not valid for" in told:
        text = N_(
            "The certificate of “{url}” is one for another name: correct the address of the source, or let "
            "its operator see to it."
        )
    elif "self-signed" in told or "self signed" in told or "unable to get local issuer" in told:
        text = N_(
            "The certificate of “{url}” is of an authority that is not known here: let the operator of the "
            "source see to it, or the operator of the catalogue add the authority (REQUESTS_CA_BUNDLE)."
        )
    else:
        text = N_("The certificate of “{url}” is not valid: let the operator of the source renew it.")
    return Message(text, values)


def not_packed(url: str, encoding: str) -> Message:
    """Say that a body is not packed as its server says."""
    text = N_(
        "“{url}” is said to be packed ({encoding}) and cannot be unpacked: let the operator of the source "
        "see to it, or use an address that gives the file unpacked."
    )
    return Message(text, {"url": masked(url)[:200], "encoding": encoding[:40]})


def cut(url: str, found: int, expected: int | None) -> Message:
    """Say that a body ends early, after how many bytes of how many where that is known."""
    text = (
        N_(
            "“{url}” breaks off before its end, and nothing of it was taken over: the next run tries again; "
            "if it stays so, let the operator of the source see to it."
        )
        if expected is None or found >= expected
        else N_(
            "“{url}” breaks off after {found} of {expected} bytes, and nothing of it was taken over: the "
            "next run tries again; if it stays so, let the operator of the source see to it."
        )
    )
    return Message(text, {"url": masked(url)[:200], "found": found, "expected": expected})
