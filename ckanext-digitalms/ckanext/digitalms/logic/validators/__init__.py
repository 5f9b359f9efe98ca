"""Validators of the measure's fields: each says what was found and what is allowed.

They are registered with their names, which ``schemas/*.yaml`` use. Rows of repeating fields are
validated here too, since ckanext-scheming runs subfield validators but no rule of the whole record.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.logic import validators as core
from ckan.types import Context, FlattenDataDict, FlattenErrorDict, FlattenKey
from ckanext.scheming.validation import register_validator, scheming_validator

from ckanext.digitalms import config
from ckanext.digitalms.council.reference import (
    CouncilReference,
    ReferenceRefusedError,
    parse_reference_field,
)
from ckanext.digitalms.measures import years
from ckanext.digitalms.messages import Message, translate
from ckanext.digitalms.model import StatementRow
from ckanext.digitalms.services import organisations
from ckanext.digitalms.services.access.rights import is_coordinator
from ckanext.digitalms.services.measures import new_keys
from ckanext.digitalms.storable import plain_id

from .accounts import user_password_validator
from .numbers import (
    digitalms_amount,
    digitalms_months,
    digitalms_number,
    digitalms_percent,
    digitalms_signed_number,
    digitalms_whole,
    digitalms_year,
)
from .origin import digitalms_addresses, digitalms_source_rules
from .record import digitalms_measure_rules

MAX_LINE = 1000
MAX_TEXT = 100_000
KEY_PATTERN = re.compile(r"[a-z0-9-]{2,40}")
AREA_PATTERN = re.compile(r"\d{2}|\d{3}|\d{5}|\d{8}")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")

__all__ = [
    "digitalms_addresses",
    "digitalms_amount",
    "digitalms_area_code",
    "digitalms_area_codes",
    "digitalms_council_reference",
    "digitalms_day",
    "digitalms_default_today",
    "digitalms_draft_rules",
    "digitalms_kept",
    "digitalms_known_row_id",
    "digitalms_line",
    "digitalms_measure_id",
    "digitalms_measure_rules",
    "digitalms_months",
    "digitalms_number",
    "digitalms_owner_org",
    "digitalms_percent",
    "digitalms_proposed_key",
    "digitalms_reference_number",
    "digitalms_row_id",
    "digitalms_row_ids",
    "digitalms_signed_number",
    "digitalms_source_rules",
    "digitalms_text",
    "digitalms_url",
    "digitalms_whole",
    "digitalms_year",
    "user_password_validator",
]


def _clean(value: Any, longest: int) -> str:
    text = str(value).replace("\r\n", "\n").strip()
    if CONTROL.search(text):
        raise tk.Invalid(tk._("The text has control characters that cannot be stored: remove them."))
    if len(text) > longest:
        message = tk._("The text has {found} characters; {allowed} are allowed: shorten it.")
        raise tk.Invalid(message.format(found=len(text), allowed=longest))
    return text


def digitalms_line(value: Any) -> str:
    """Take a short text; line breaks become spaces."""
    return " ".join(_clean(value, MAX_LINE).split())


def digitalms_text(value: Any) -> str:
    """Take a text of several lines, up to 100,000 characters."""
    return _clean(value, MAX_TEXT)


def digitalms_day(value: Any) -> str:
    """Take a day as YYYY-MM-DD or DD.MM.YYYY and return YYYY-MM-DD."""
    if isinstance(value, date):
        return value.isoformat()[:10]
    text = str(value).strip()
    read = years.read_day(text) if text else ""
    if isinstance(read, Message):
        raise tk.Invalid(translate(read, tk._))
    return str(read)


def digitalms_default_today(value: Any) -> Any:
    """Stand for today where nothing was entered."""
    return config.today().isoformat() if value in (None, "", tk.missing) else value


def digitalms_url(value: Any) -> str:
    """Take an address that starts with http:, https: or mailto:."""
    text = _clean(value, MAX_LINE)
    if not text:
        return text
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    is_mail = parts.scheme == "mailto" and "@" in parts.path
    if any(c.isspace() for c in text) or not (is_web or is_mail):
        message = tk._("“{found}” is no address: it must start with https://, http:// or mailto:.")
        raise tk.Invalid(message.format(found=text[:80]))
    return text


def digitalms_area_code(value: Any) -> str:
    """Take an official area code (AGS): text with 2, 3, 5 or 8 digits."""
    text = str(value).strip()
    if text and not AREA_PATTERN.fullmatch(text):
        message = tk._("“{found}” is no area code (AGS): it has 2, 3, 5 or 8 digits, such as 05515000.")
        raise tk.Invalid(message.format(found=text[:40]))
    return text


def digitalms_proposed_key(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Make the key of a new measure of its title where none was given; without one the title is refused."""
    del errors
    given, title = data.get(key), data.get((*key[:-1], "title"))
    if context.get("package") is not None or (given is not tk.missing and str(given or "").strip()):
        return
    words = " ".join(str(title or "").split())[:MAX_LINE]
    if not words:
        raise tk.StopOnError
    data[key] = new_keys.reserved(words)


def digitalms_area_codes(value: Any) -> str:
    """Take official area codes (AGS), separated by spaces; each once."""
    return " ".join(dict.fromkeys(digitalms_area_code(one) for one in _clean(value, MAX_LINE).split()))


def digitalms_measure_id(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Take a measure's key, which never changes; CKAN's own checks follow only where it can be one."""
    text = str(data[key]).strip()
    package = context.get("package")
    if not KEY_PATTERN.fullmatch(text):
        message = tk._("“{found}” is no key: 2 to 40 small letters, digits and hyphens are allowed.")
        errors[key].append(message.format(found=text[:60]))
        raise tk.StopOnError
    if package is not None and package.name != text:
        message = tk._("The key is “{known}” and cannot be changed, since addresses and tables use it.")
        errors[key].append(message.format(known=package.name))
        raise tk.StopOnError
    if package is None and StatementRow.is_known(text):
        message = tk._(
            "The key “{found}” is taken, also if its measure was deleted: choose another one, or bring the "
            "measure back (“Changed lately”)."
        )
        errors[key].append(message.format(found=text))
        raise tk.StopOnError
    data[key] = text


def digitalms_row_id(value: Any) -> str:
    """Return a row its UUID when it has none."""
    if value in (None, "", tk.missing):
        return str(uuid.uuid4())
    try:
        return str(uuid.UUID(str(value)))
    except ValueError:
        message = tk._("“{found}” is no row id: leave it out for a new row.")
        raise tk.Invalid(message.format(found=str(value)[:60])) from None


def digitalms_known_row_id(value: Any) -> str:
    """Take the id of another row; nothing stays nothing."""
    return digitalms_row_id(value) if str(value).strip() else ""


def digitalms_row_ids(value: Any) -> str:
    """Take ids of rows, separated by spaces; each stands once."""
    return " ".join(dict.fromkeys(digitalms_row_id(each) for each in str(value).split()))


def digitalms_reference_number(value: Any) -> str:
    """Take a council reference in any spelling; return the normalised one."""
    if not str(value).strip():
        return ""
    try:
        return str(parse_reference_field(str(value), config.council_body()).reference)
    except ReferenceRefusedError as refused:
        raise tk.Invalid(translate(refused.message, tk._)) from refused


@scheming_validator
@register_validator
def digitalms_choice(field: Mapping[str, Any], schema: Mapping[str, Any]) -> Callable[[Any], Any]:
    """Take one of the choices of the field's vocabulary."""
    del schema

    def validator(value: Any) -> Any:
        choices = tk.h.scheming_field_choices(field)
        if value in (None, "") or value in {choice["value"] for choice in choices}:
            return value
        allowed = ", ".join(str(choice["value"]) for choice in choices)
        message = tk._("“{found}” is not one of the choices. Use one of: {allowed}.")
        raise tk.Invalid(message.format(found=str(value)[:60], allowed=allowed))

    return validator


def digitalms_council_reference(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Normalise a council reference; the spelling as typed is kept in ``original``."""
    del context
    typed = digitalms_line(data[key])
    body = str(data.get(_sibling(key, "body")) or "") or config.council_body()
    try:
        found = parse_reference_field(typed, body).reference
    except ReferenceRefusedError as refused:
        errors[key].append(translate(refused.message, tk._))
        return
    data[key] = str(found)
    data[_sibling(key, "body")] = found.body if isinstance(found, CouncilReference) else ""
    original = data.get(_sibling(key, "original"))
    if original in (None, "", tk.missing) or not _means(str(original), str(found), body):
        data[_sibling(key, "original")] = typed


def _means(original: str, reference: str, body: str) -> bool:
    try:
        return str(parse_reference_field(original, body).reference) == reference
    except ReferenceRefusedError:
        return False


def _sibling(key: FlattenKey, name: str) -> FlattenKey:
    return (*key[:-1], name)


def digitalms_kept(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Keep what the catalogue notes of a dataset: no user sets it, no form that lacks it drops it."""
    del errors
    package = context.get("package")
    stored = package.extras.get(key[-1]) if package is not None else None
    given = data.pop(key, tk.missing)
    value = given if context.get("ignore_auth") and given is not tk.missing else stored
    if not value:
        raise tk.StopOnError
    data[key] = value


def digitalms_draft_rules(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Keep a dataset private while its table is a draft that nobody found valid."""
    del key, context
    if data.get(("digitalms_draft",)) and not data.get(("private",)):
        errors.setdefault(("private",), []).append(draft_stays_private())


def draft_stays_private() -> str:
    """Say why a draft cannot be made public, and what to do."""
    return str(
        tk._(
            "The table of this dataset is a draft that does not count as valid, so the dataset stays "
            "private: publish the draft on its page, then the dataset is public."
        )
    )


def digitalms_owner_org(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Take the responsible organisation; a coordinator may choose any, and whoever changes it may keep it."""
    value, package = data.get(key), context.get("package")
    if isinstance(value, str) and value:
        value = data[key] = organisations.id_of(value)
    if value and package is not None and value == package.owner_org:
        return
    if not value or value is tk.missing or not is_coordinator(context.get("user")):
        core.owner_org_validator(key, data, errors, context)
        return
    group = model.Group.get(plain_id(value))
    if group is None or not group.is_organization or group.state != model.State.ACTIVE:
        message = tk._("There is no organisation “{found}”: choose one from the list.")
        raise tk.Invalid(message.format(found=str(value)[:60]))
    data[key] = group.id
