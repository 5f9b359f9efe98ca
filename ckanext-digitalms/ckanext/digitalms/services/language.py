"""The catalogue's own language: for what is stored or printed when no reader is known."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from importlib.resources import files

import ckan.plugins.toolkit as tk
import click
from babel.dates import format_date, format_datetime
from babel.support import NullTranslations, Translations
from flask import has_app_context
from flask_babel import force_locale, get_locale

from ckanext.digitalms import config
from ckanext.digitalms.messages import Message, translate


@contextmanager
def language(locale: str | None = None) -> Iterator[None]:
    """Translate into a language, by default the catalogue's, also where there is no request."""
    command = click.get_current_context(silent=True)
    application = command.meta.get("flask_app") if command and not has_app_context() else None
    with (
        application.app_context() if application else nullcontext(),
        force_locale(locale or str(tk.config["ckan.locale_default"])),
    ):
        yield


def default_language() -> AbstractContextManager[None]:
    """Translate into the catalogue's language, also in commands and consumers, which have no request."""
    return language()


def in_default_language(message: Message) -> str:
    """Render a message in the catalogue's language."""
    with default_language():
        return translate(message, tk._)


@cache
def german() -> NullTranslations:
    """Return the German words, whoever reads: a paper for the council is German."""
    ours, theirs = (
        Translations.load(str(files(package).joinpath("i18n")), ["de"], domain)
        for package, domain in (("ckanext.digitalms", "ckanext-digitalms"), ("ckan", "ckan"))
    )
    ours.add_fallback(theirs)
    return ours


def in_german(text: str) -> str:
    """Return a text in German."""
    return str(german().gettext(text))


def moment_in_words(moment: datetime) -> str:
    """Write a moment in the reader's language and the city's time: 14. März 2019, 09:30."""
    pattern, zone = "d. MMMM y, HH:mm", config.time_zone()
    return str(format_datetime(moment, pattern, tzinfo=zone, locale=_readers_locale()))


def _readers_locale() -> str:
    return str(get_locale() or tk.config["ckan.locale_default"]).partition("_")[0]


def with_days_in_words(message: Message) -> str:
    """Render a message in the reader's language, its days in words: 1. Januar 2030."""
    locale = _readers_locale()
    told = {
        name: format_date(value, "long", locale=locale) if isinstance(value, date) else value
        for name, value in message.values.items()
    }
    return translate(replace(message, values=told), tk._)
