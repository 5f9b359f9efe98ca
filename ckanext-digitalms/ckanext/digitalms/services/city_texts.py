"""Texts of the city's own pages: what holds, what held before, and what was never written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.digitalms import config
from ckanext.digitalms.city_pages.pages import LANGUAGES, default_text
from ckanext.digitalms.model import CityText

__all__ = ["Text", "current", "shown", "versions", "write"]


@dataclass(frozen=True)
class Text:
    """What a page says in a language.

    Args:
        version: 0: nobody has written it yet.
        language: of the text; the city's own where there is none in the one that was asked for.
    """

    version: int
    language: str
    text: str
    user_id: str | None = None
    written_at: datetime | None = None


def shown(page: str, language: str) -> Text:
    """Return what readers of a language get: a text that was written comes before one that was not."""
    found = current(page, language)
    written = found if found.version or language == LANGUAGES[0] else current(page, LANGUAGES[0])
    return written if written.version else found


def current(page: str, language: str) -> Text:
    """Return the text of a language, or the one that stands there until it is written."""
    row = model.Session.scalars(_versions(page, language).limit(1)).first()
    version = row.version if row is not None else 0
    if row is None or not row.text:
        return Text(version, language, _default(page, language))
    return _told(row)


def versions(page: str, language: str) -> list[Text]:
    """Return all versions of a text, the newest first; an empty one is what stands there by default."""
    return [_told(row) for row in model.Session.scalars(_versions(page, language))]


def write(page: str, language: str, text: str, seen: int | None, user_id: str | None) -> None:
    """Add a version, unless it says what the current one does; an empty text brings back the default.

    Args:
        page: its name.
        language: of the text.
        text: Markdown.
        seen: the version that was changed; another one was written meanwhile where it is not the current.
        user_id: of who writes.

    Raises:
        tk.ValidationError: somebody else was faster.
    """
    newest = model.Session.scalars(_versions(page, language).limit(1)).first()
    version = newest.version if newest is not None else 0
    if seen is not None and seen != version:
        raise _overtaken()
    if text == (newest.text if newest is not None else ""):
        return
    model.Session.add(CityText(page=page, language=language, version=version + 1, text=text, user_id=user_id))
    try:
        model.repo.commit()
    except sa.exc.IntegrityError as error:
        model.Session.rollback()
        raise _overtaken() from error


def _overtaken() -> tk.ValidationError:
    sentence = tk._("Somebody else has changed this text meanwhile: compare both and save again.")
    return tk.ValidationError({"text": [sentence]})


def _versions(page: str, language: str) -> sa.Select[tuple[CityText]]:
    here = (CityText.page == page, CityText.language == language)
    return sa.select(CityText).where(*here).order_by(CityText.version.desc())


def _told(row: CityText) -> Text:
    return Text(row.version, row.language, row.text, row.user_id, row.written_at)


def _default(page: str, language: str) -> str:
    own = config.site_about()
    if page == "ueber" and own and language == LANGUAGES[0]:
        return own
    values = {"city": config.city(), "publisher": config.publisher(), "contact": _mailbox()}
    return default_text(page, language, values)


def _mailbox() -> str:
    mailbox = config.contact_email()
    return f"<{mailbox}>" if mailbox else ""
