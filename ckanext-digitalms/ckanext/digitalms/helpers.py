"""Template helpers: they format, they decide nothing."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import ckan.plugins.toolkit as tk
from babel import Locale
from babel.dates import format_date
from flask_babel import get_locale
from markupsafe import Markup, escape

from . import config, theme
from .comparison.kinds import ChangeKind
from .dcat.vocabularies import CHOICES as OF_PORTALS
from .error_words import digitalms_error_words
from .figures import in_language
from .helpers_ckan import (
    check_access,
    digitalms_log_in_address,
    digitalms_organisations,
    digitalms_own_language,
    digitalms_own_styles,
    digitalms_type_words,
    digitalms_with_heading,
    license_options,
    render_datetime,
    render_markdown,
)
from .helpers_day import (
    digitalms_here,
    digitalms_is_of_today,
    digitalms_kept_day,
    digitalms_of_day,
    digitalms_other_parameters,
    digitalms_table_links,
)
from .helpers_fields import digitalms_field_label
from .helpers_head import digitalms_head
from .helpers_origin import *  # noqa: F403
from .helpers_origin import __all__ as _origin
from .helpers_reuse import digitalms_embed, digitalms_oembed_address, digitalms_take_along
from .helpers_search import digitalms_search_kinds
from .helpers_tables import digitalms_table_words
from .measures.delay import MilestoneState
from .measures.plot import Column
from .services.deliveries import STATES as DELIVERY_STATES
from .services.language import moment_in_words
from .services.measures.catalogue import read_point_in_time, status_columns
from .services.sources.identities import missing_since
from .vocabularies import (
    MEASURE_TYPE,
    SPEED_CLASSES,
    Base,
    Customer,
    FundingState,
    GoalOutcome,
    GoalState,
    IndicatorDirection,
    IndicatorOrigin,
    ReferenceRole,
    StatementKind,
    Status,
    StepState,
    Technology,
    Term,
    ValueState,
)

__all__ = [
    *_origin,
    "check_access",
    "digitalms_addresses",
    "digitalms_choices",
    "digitalms_day",
    "digitalms_day_control",
    "digitalms_delayed_since",
    "digitalms_delivery_state",
    "digitalms_difference",
    "digitalms_embed",
    "digitalms_error_words",
    "digitalms_field_label",
    "digitalms_gone_since",
    "digitalms_head",
    "digitalms_here",
    "digitalms_icon",
    "digitalms_is_of_today",
    "digitalms_kept_day",
    "digitalms_of_day",
    "digitalms_label",
    "digitalms_log_in_address",
    "digitalms_long_days",
    "digitalms_moment",
    "digitalms_number",
    "digitalms_oembed_address",
    "digitalms_organisations",
    "digitalms_other_parameters",
    "digitalms_own_language",
    "digitalms_own_styles",
    "digitalms_row_changes",
    "digitalms_row_title",
    "digitalms_row_words",
    "digitalms_search_kinds",
    "digitalms_short_day",
    "digitalms_speed_choices",
    "digitalms_status_columns",
    "digitalms_table_links",
    "digitalms_take_along",
    "digitalms_table_words",
    "digitalms_theme_address",
    "digitalms_today",
    "digitalms_type_words",
    "digitalms_typeface_address",
    "digitalms_with_heading",
    "license_options",
    "render_datetime",
    "render_markdown",
]

Choices = list[dict[str, str]]
Change = dict[str, str]

# stands in an address for what is put there
_PLACE = "digitalms-place"
_WORDS = re.compile(r"\S+")
# differences are told word by word where at least so much is alike, and while comparing stays cheap
_ALIKE, _MOST_COMPARED = 0.4, 250_000
# what of a row nobody reads
_UNTOLD = ("id", "original", "body", "goal_id", "indicator_id", "successor_ids")
_VOCABULARIES: dict[str, type[Term]] = {
    "status": Status,
    "step": StepState,
    "role": ReferenceRole,
    "goal": GoalState,
    "funding": FundingState,
    "milestone": MilestoneState,
    "kind": StatementKind,
    "outcome": GoalOutcome,
    "direction": IndicatorDirection,
    "origin": IndicatorOrigin,
    "technology": Technology,
    "customer": Customer,
    "base": Base,
    "value_state": ValueState,
    "change": ChangeKind,
    **OF_PORTALS,
}
_TICK, _RING = '<path d="M2.5 8.5l3.5 3.5 7.5-8"/>', '<path d="M8 2a6 6 0 1 1-5.2 3"/>'
_WARNING = '<path d="M8 2L15 14H1z"/><path d="M8 6.5v3.5M8 12v.1"/>'
_ICONS = {
    "done": _TICK,
    "met": _TICK,
    "reached": _TICK,
    "in_progress": _RING,
    "in_preparation": '<path d="M2 14l1-4 8-8 3 3-8 8z"/>',
    "planned": '<rect x="2" y="3" width="12" height="11" rx="2"/><path d="M2 7h12M5 1.5v3M11 1.5v3"/>',
    "proposed": '<path d="M6 6a2 2 0 1 1 2.5 2v2M8.4 13v.1"/>',
    "paused": '<path d="M5 3v10M11 3v10"/>',
    "cancelled": '<path d="M3 3l10 10M13 3L3 13"/>',
    "dropped": '<path d="M3 3l10 10M13 3L3 13"/>',
    "missed": '<path d="M3 3l10 10M13 3L3 13"/>',
    "pending": '<circle cx="8" cy="8" r="6" stroke-dasharray="2.4 3"/>',
    "open": '<circle cx="8" cy="8" r="6"/>',
    "late": _WARNING,
    "internal": '<rect x="3" y="7" width="10" height="7" rx="1.5"/><path d="M5 7V5a3 3 0 0 1 6 0v2"/>',
    "overdue": _WARNING,
    "met_late": _WARNING,
    "due": '<circle cx="8" cy="8" r="6"/><path d="M8 4.5V8l2.5 1.5"/>',
}


def digitalms_choices(field: Mapping[str, Any]) -> Choices:
    """Return the terms of a field's vocabulary, which the schema names, with their labels."""
    return [{"value": term.value, "label": tk._(term.label)} for term in _VOCABULARIES[field["vocabulary"]]]


def digitalms_speed_choices(field: Mapping[str, Any]) -> Choices:
    """Return the speed classes of coverage."""
    del field
    text = tk._("at least {speed} Mbit/s")
    return [{"value": str(speed), "label": text.format(speed=speed)} for speed in SPEED_CLASSES]


def digitalms_theme_address() -> str:
    """Return the address of the stylesheet of the city's colours as it is now."""
    return str(tk.url_for("digitalms_theme.read", mark=theme.mark(theme.stylesheet()), locale="default"))


def digitalms_typeface_address() -> str:
    """Return the address of the upright letters of pages."""
    return theme.typeface_address("normal")


def digitalms_addresses(endpoint: str, name: str) -> Callable[[str], str]:
    """Return what gives the addresses of pages that differ in one argument, which CKAN makes once.

    Args:
        endpoint: of the pages.
        name: of the argument; what it can be needs no escaping but that of addresses.
    """
    before, _, after = str(tk.h.url_for(endpoint, **{name: _PLACE})).partition(_PLACE)
    return lambda value: f"{before}{quote(value)}{after}"


def digitalms_day(value: str | dt.date | None) -> str:
    """Write a day in words: 14. März 2019."""
    day = dt.date.fromisoformat(value[:10]) if isinstance(value, str) and value else value
    return _day(day, "long", _locale()) if isinstance(day, dt.date) else ""


@lru_cache(maxsize=1000)
def _day(day: dt.date, how: str, locale: str) -> str:
    # many things on a page are of the same few days
    return str(format_date(day, how, locale=locale))


def digitalms_today() -> dt.date:
    """Return the day in the city's time zone."""
    return config.today()


def digitalms_short_day(value: str | dt.date | None) -> str:
    """Write a day in figures: 14.03.2019."""
    day = dt.date.fromisoformat(value[:10]) if isinstance(value, str) and value else value
    return _day(day, "medium", _locale()) if isinstance(day, dt.date) else ""


def digitalms_day_control(value: object) -> str:
    """Return the kind of field that shows what was typed for a day; one for days would lose what is none."""
    try:
        return "date" if not value or dt.date.fromisoformat(str(value)) else "text"
    except ValueError:
        return "text"


def digitalms_moment(value: str | dt.datetime | None) -> str:
    """Write a moment in words, in the city's time: 14. März 2019, 09:30."""
    moment = dt.datetime.fromisoformat(value) if isinstance(value, str) and value else value
    return moment_in_words(moment) if isinstance(moment, dt.datetime) else ""


def digitalms_delivery_state(value: str) -> str:
    """Say what became of a delivery; what is not known of it has to be looked at yet."""
    return str(tk._(DELIVERY_STATES.get(value, DELIVERY_STATES["received"])))


def digitalms_gone_since(package_id: str) -> str:
    """Say since when the record of a dataset is missing at its source; nothing when it is there."""
    return digitalms_moment(missing_since(package_id))


def digitalms_number(value: Decimal | float | str | None) -> str:
    """Write a number as the language does, with all its digits: 12,5; of a text the number that it says."""
    return "" if value is None else in_language(Decimal(str(value)), _locale())


def _locale() -> str:
    return str(tk.h.lang()).split("_", 1)[0]


def digitalms_delayed_since(measure: Mapping[str, Any]) -> dt.date:
    """Return the first day on which a delayed measure was late."""
    judged_on = dt.date.fromisoformat(measure["judged_on"])
    return judged_on - dt.timedelta(days=max(measure["delay_days"] - 1, 0))


def digitalms_difference(before: str, after: str) -> Markup:
    """Mark the words that went and came; texts with little in common are told one after the other."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if len(old) * len(new) > _MOST_COMPARED or matcher.ratio() < _ALIKE:
        return Markup("{} → <ins>{}</ins>").format(before, after)
    parts = []
    for _, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        gone, came = old[old_from:old_to], new[new_from:new_to]
        parts.append(_words(came) if gone == came else _marked("del", gone) + _marked("ins", came))
    return Markup(" ").join(part for part in parts if part)


def _words(words: list[str]) -> Markup:
    return escape(" ".join(words))


def _marked(tag: str, words: list[str]) -> Markup:
    # the tag is one of our two
    return Markup(f"<{tag}>{{}}</{tag}> ").format(_words(words)) if words else Markup("")  # noqa: S704


def digitalms_row_words(name: str, row: Mapping[str, Any]) -> str:
    """Tell one row of a repeating field in a line: its text, and what else is known of it in brackets."""
    main = _main(row)
    more = [
        f"{label} {told}" if label else told
        for label, told in (
            (_sub_label(sub), _sub_words(sub, row)) for sub in _subfields(name) if sub["field_name"] != main
        )
        if told
    ]
    return f"{row.get(main, '')} ({', '.join(more)})" if more else str(row.get(main, ""))


def digitalms_row_title(row: Mapping[str, Any]) -> str:
    """Return what a row is known by."""
    return str(row.get(_main(row), ""))


def digitalms_row_changes(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Tell what changed within a row: label, and how it read before and after."""
    pairs = [(sub, _sub_words(sub, before), _sub_words(sub, after)) for sub in _subfields(name)]
    return [
        {"label": _sub_label(sub) or tk.h.scheming_language_text(sub["label"]), "before": one, "after": other}
        for sub, one, other in pairs
        if one != other
    ]


def _main(row: Mapping[str, Any]) -> str:
    return next((key for key in ("text", "title", "name", "reference", "area_code") if row.get(key)), "")


def _subfields(name: str) -> list[dict[str, Any]]:
    schema = tk.h.scheming_get_dataset_schema(MEASURE_TYPE)
    field = next(field for field in schema["dataset_fields"] if field["field_name"] == name)
    return [sub for sub in field["repeating_subfields"] if sub["field_name"] not in _UNTOLD]


def _sub_label(sub: Mapping[str, Any]) -> str:
    # the word for a state says itself what it is
    return "" if "choices_helper" in sub else str(tk.h.scheming_language_text(sub["label"]))


def _sub_words(sub: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    value = row.get(sub["field_name"])
    if value in (None, ""):
        return ""
    if "choices_helper" in sub:
        return str(tk.h.scheming_choices_label(tk.h.scheming_field_choices(sub), value))
    kind = sub.get("form_snippet")
    if kind == "digitalms_number.html" and isinstance(value, int | float):
        return digitalms_number(value)
    return digitalms_short_day(value) if kind == "digitalms_day.html" else str(value)


def digitalms_label(vocabulary: str, value: str | None) -> str:
    """Return the label of a term in the reader's language."""
    return _label(vocabulary, value, get_locale())


@lru_cache(maxsize=1000)
def _label(vocabulary: str, value: str | None, locale: Locale | None) -> str:
    # kept by language: a page has hundreds of them
    del locale
    term = next((t for t in _VOCABULARIES[vocabulary] if t.value == value), None)
    return str(tk._(term.label)) if term else (value or "")


def digitalms_long_days() -> int:
    """Return for how many days somebody stays signed in who chose to."""
    return config.long_session_seconds() // 86400


def digitalms_icon(name: str) -> Markup:
    """Return a small picture for a status or state; it says nothing that the word beside it does not say."""
    path = _ICONS.get(name, _ICONS["pending"])
    return Markup(  # noqa: S704 - the paths are our own
        '<svg viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" '
        f'stroke-linejoin="round" aria-hidden="true">{path}</svg>'
    )


def digitalms_status_columns(told: Mapping[str, str]) -> list[Column]:
    """Return how many measures had each status on each day.

    Args:
        told: ``cut_off_date`` and ``known_at``, as the list of measures takes them.
    """
    return status_columns(*read_point_in_time(dict(told)))
