"""Schemas of the actions on tables of one's own."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Schema, Validator, ValidatorFactory

from ckanext.digitalms.custom_tables.schema_check import TYPES
from ckanext.digitalms.dcat.vocabularies import Availability, PoliticalLevel
from ckanext.digitalms.messages import N_, translate
from ckanext.digitalms.validation.column_forms import form_of
from ckanext.digitalms.validation.dialect import AUTO, FORMS, DialectError
from ckanext.digitalms.vocabularies import Frequency

from .common import one_of, only_shown, page, yes_or_no
from .delivery import dialect
from .json_schema import takes

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{1,30}")


def _is_form(value: str) -> str:
    """Take a form of the cells of a column; nothing is ``auto``."""
    if not value.strip() or value == AUTO:
        return AUTO
    try:
        form_of(value)
    except ValueError as error:
        raise tk.Invalid(translate(DialectError(FORMS, value).message, tk._)) from error
    return " ".join(value.split())


_is_type = one_of(TYPES, N_("“{found}” is no type of a column. Use one of: {allowed}."))


_is_frequency = one_of(Frequency, N_("“{found}” is no frequency. Use one of: {allowed}."))
_OF_A_LIST = N_("“{found}” is not one of the choices. Use one of: {allowed}.")
_is_level = one_of(PoliticalLevel, _OF_A_LIST)
_is_availability = one_of(Availability, _OF_A_LIST)


@tk.validator_args
def typed(
    ignore_missing: Validator,
    ignore_empty: Validator,
    unicode_safe: Validator,
    email_validator: Validator,
    digitalms_line: Validator,
    digitalms_text: Validator,
    digitalms_url: Validator,
    digitalms_day: Validator,
    digitalms_area_codes: Validator,
) -> Schema:
    """Check what may be said of a draft at any time; what is left out stays as it is."""
    line, address = (
        [ignore_missing, unicode_safe, digitalms_line],
        [ignore_missing, unicode_safe, digitalms_url],
    )
    return {
        "schema": [ignore_missing],
        "schema_of": [ignore_missing, unicode_safe, digitalms_line],
        "organisation": [ignore_empty, unicode_safe],
        "title": [ignore_missing, unicode_safe, digitalms_line],
        "notes": [ignore_missing, unicode_safe, digitalms_text],
        "license_id": [ignore_empty, unicode_safe, _license],
        "contact_email": [ignore_missing, unicode_safe, digitalms_line, _empty_or(email_validator)],
        "keywords": [ignore_missing, unicode_safe, digitalms_line, _keywords],
        "name": [ignore_empty, unicode_safe, _table_name],
        "sources": {
            "title": line,
            "url": address,
            "license": line,
            "license_url": address,
            "attribution": line,
        },
        "spatial_text": line,
        "area_code": [ignore_missing, unicode_safe, digitalms_area_codes],
        "frequency": [ignore_missing, unicode_safe, _nothing_or(_is_frequency)],
        "theme": [ignore_missing, _addresses],
        "hvd_category": [ignore_missing, _addresses],
        "political_level": [ignore_missing, unicode_safe, _nothing_or(_is_level)],
        "availability": [ignore_missing, unicode_safe, _nothing_or(_is_availability)],
        **dict.fromkeys(("model_dataset", "contributor_id"), address),
        **{name: [ignore_missing, digitalms_day] for name in ("temporal_start", "temporal_end")},
        **dialect(),
    }


@tk.validator_args
def create(
    ignore_missing: Validator, ignore_empty: Validator, unicode_safe: Validator, digitalms_line: Validator,
    default: ValidatorFactory,
) -> Schema:  # fmt: skip
    """Check a new draft; the file itself is read by the action."""
    return {
        **typed(),
        "background": [default(False), yes_or_no],
        "upload": [ignore_missing],
        "content": [ignore_missing],
        "filename": [ignore_empty, unicode_safe, digitalms_line],
        "dataset": [ignore_empty, unicode_safe],
    }


@tk.validator_args
def update(
    not_empty: Validator, ignore_missing: Validator, unicode_safe: Validator, digitalms_line: Validator,
    digitalms_text: Validator, default: ValidatorFactory,
) -> Schema:  # fmt: skip
    """Check a correction of a draft."""
    return {
        **typed(),
        "background": [default(False), yes_or_no],
        "id": [not_empty, unicode_safe],
        "columns": {
            "name": [not_empty, unicode_safe, digitalms_line],
            "title": [ignore_missing, unicode_safe, digitalms_line],
            "description": [ignore_missing, unicode_safe, digitalms_text],
            "type": [
                ignore_missing,
                unicode_safe,
                _is_type,
            ],
            "required": [ignore_missing, yes_or_no],
            "unique": [ignore_missing, yes_or_no],
            "key": [ignore_missing, yes_or_no],
            "form": [ignore_missing, unicode_safe, _is_form],
            **only_shown("column", "date_format", "decimal_char", "group_char"),
            "unit": [ignore_missing, unicode_safe, digitalms_line],
        },
    }


@tk.validator_args
def publish(not_empty: Validator, default: ValidatorFactory, unicode_safe: Validator) -> Schema:
    """Check which draft is to be published, and how."""
    flag = [default(False), yes_or_no]
    return {"id": [not_empty, unicode_safe], "as_draft": flag, "background": flag}


@tk.validator_args
def listing(ignore_empty: Validator, default: ValidatorFactory, unicode_safe: Validator) -> Schema:
    """Check a page of the list of datasets, or which one is asked for."""
    return {**page(), "id": [ignore_empty, unicode_safe], "internal": [default(False), yes_or_no]}


@tk.validator_args
def versions(not_empty: Validator, unicode_safe: Validator) -> Schema:
    """Check a page of the list of versions."""
    return {**page(), "id": [not_empty, unicode_safe]}


@tk.validator_args
def version(not_empty: Validator, ignore_empty: Validator, unicode_safe: Validator) -> Schema:
    """Check which version of a dataset is to be published again, and which was the present one."""
    told = [ignore_empty, unicode_safe]
    return {"id": [not_empty, unicode_safe], "release_id": told, "seen": told}


def _nothing_or(check: Callable[[Any], Any]) -> Validator:
    def checked(value: Any) -> Any:
        return check(value) if value else ""

    return checked


def _empty_or(validator: Validator) -> Validator:
    def checked(value: Any, context: Any) -> Any:
        return validator(value, context) if value else ""

    return checked


@takes(type="array", items={"type": "string", "format": "uri"})
def _addresses(value: Any) -> list[str]:
    """Take words of a list as their addresses: one, or several."""
    found: list[str] = json.loads(tk.get_validator("digitalms_addresses")(value) or "[]")
    return found


def _license(value: str) -> str:
    known = model.Package.get_license_register()
    return str(one_of(known, N_("There is no licence “{found}”. Use one of: {allowed}."))(value))


def _table_name(value: str) -> str:
    if not _NAME.fullmatch(value):
        message = tk._(
            "“{found}” is no name for addresses: 2 to 31 small letters, digits, hyphens and underscores."
        )
        raise tk.Invalid(message.format(found=value[:60]))
    return value


def _keywords(value: str) -> str:
    """Take keywords separated by commas, each as CKAN takes a tag."""
    words = [word.strip() for word in value.split(",") if word.strip()]
    for word in words:
        for name in ("tag_length_validator", "tag_name_validator"):
            tk.get_validator(name)(word, {})
    return ", ".join(dict.fromkeys(words))
