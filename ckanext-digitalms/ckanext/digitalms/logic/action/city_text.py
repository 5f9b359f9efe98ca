"""The texts of the city's own pages: imprint, privacy, accessibility, contact, about."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Context

from ckanext.digitalms.city_pages import blanks
from ckanext.digitalms.city_pages.pages import LANGUAGES, PAGES
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic import schema
from ckanext.digitalms.messages import translate
from ckanext.digitalms.services import city_texts, stored_data
from ckanext.digitalms.services.access.rights import is_coordinator
from ckanext.digitalms.services.measures.hooks import author_of

__all__ = [
    "digitalms_city_text_list",
    "digitalms_city_text_show",
    "digitalms_city_text_update",
    "digitalms_stored_data_list",
]


@tk.side_effect_free
def digitalms_city_text_list(context: Context, data_dict: Json) -> Json:
    """List the city's own pages in each language, and what is missing in them (coordinators).

    Args:
        limit: up to 1000; default 100.
        offset: how many to leave out first.

    Returns:
        ``{count, results}``; each result has page, title, language, version (0: not written yet),
        written_at and missing, a list of what still has to be filled in.
    """
    tk.check_access("digitalms_city_text_list", context, data_dict)
    told = schema.asked("digitalms_city_text_list", context, data_dict)
    texts = [(name, city_texts.current(name, language)) for name in PAGES for language in LANGUAGES]
    return schema.paged([_told(name, text, blanks.missing(text.text)) for name, text in texts], told)


@tk.side_effect_free
def digitalms_city_text_show(context: Context, data_dict: Json) -> Json:
    """Show a page of the city's own.

    Args:
        page: its name: impressum, datenschutz, barrierefreiheit, kontakt or ueber.
        language: de (default) or en; what was not written in it is given in the other.
        limit: of the versions, up to 1000; default 100.
        offset: how many versions to leave out first.

    Returns:
        page, title, language, version, written_at and text (Markdown), without the lines in which something
        is missing. For coordinators the text is whole, and there are missing, kept (version and text as they
        are kept in that very language), versions (newest first: version, text, user_id, written_at) and
        versions_count.
    """
    tk.check_access("digitalms_city_text_show", context, data_dict)
    told = schema.asked("digitalms_city_text_show", context, data_dict)
    name, language = told["page"], told["language"]
    found = city_texts.shown(name, language)
    if not is_coordinator(context.get("user")):
        return {**_told(name, found), "text": blanks.public(found.text)}
    kept, former = city_texts.current(name, language), schema.paged(city_texts.versions(name, language), told)
    return {
        **_told(name, found, blanks.missing(found.text)),
        "text": found.text,
        "kept": {"version": kept.version, "text": kept.text},
        "versions": [_version(one) for one in former["results"]],
        "versions_count": former["count"],
    }


def digitalms_city_text_update(context: Context, data_dict: Json) -> Json:
    """Write a page of the city's own; the versions of before stay (coordinators).

    Args:
        page: its name.
        language: de or en.
        text: Markdown of up to 50,000 characters; ``[[what is missing]]`` hides its line from the public.
            An empty text brings back what stands there by default.
        seen: the version that was read (optional): where it is not the current one, nothing is written.

    Returns:
        the page as ``digitalms_city_text_show`` gives it.
    """
    tk.check_access("digitalms_city_text_update", context, data_dict)
    told = schema.asked("digitalms_city_text_update", context, data_dict)
    city_texts.write(told["page"], told["language"], told["text"], told.get("seen"), author_of(context))
    shown: Json = digitalms_city_text_show(context, {"page": told["page"], "language": told["language"]})
    return shown


@tk.side_effect_free
def digitalms_stored_data_list(context: Context, data_dict: Json) -> Json:
    """List what is stored of persons here, where and how long, as the configuration has it.

    Args:
        limit: up to 1000; default 100.
        offset: how many to leave out first.

    Returns:
        ``{count, results}``; each result has group (readers or accounts), what, where and until as sentences,
        and tables.
    """
    tk.check_access("digitalms_stored_data_list", context, data_dict)
    told = schema.asked("digitalms_stored_data_list", context, data_dict)
    groups = {"readers": stored_data.of_readers(), "accounts": stored_data.of_accounts()}
    return schema.paged([_stored(group, one) for group, found in groups.items() for one in found], told)


def _stored(group: str, stored: stored_data.Stored) -> Json:
    parts = {"what": stored.what, "where": stored.where, "until": stored.until}
    words = {name: translate(message, tk._) for name, message in parts.items()}
    return {"group": group, **words, "tables": list(stored.tables)}


def _told(name: str, text: city_texts.Text, missing: list[str] | None = None) -> Json:
    answer: Json = {
        "page": name,
        "title": tk._(PAGES[name].title),
        "language": text.language,
        "version": text.version,
        "written_at": text.written_at.isoformat() if text.written_at else None,
    }
    return answer if missing is None else {**answer, "missing": missing}


def _version(text: city_texts.Text) -> Json:
    return {
        "version": text.version,
        "text": text.text,
        "user_id": text.user_id,
        "written_at": text.written_at.isoformat() if text.written_at else None,
    }
