"""Schemas of the actions on reports that go out."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Schema, Validator, ValidatorFactory

from ckanext.digitalms.measures.keys import RESERVED
from ckanext.digitalms.services.reporting.drafts import NAME, known_types

from .common import by_id, is_status, page, several, unless_unsaid, yes_or_no
from .json_schema import takes
from .moment import moment

_MOST_VERSIONS = 9999
TAKEN = RESERVED | {"neu"}


@takes(type="string", pattern=NAME.pattern)
def _is_name(value: str) -> str:
    """Take a name of an address."""
    if not NAME.fullmatch(value) or value in TAKEN:
        message = tk._(
            "“{found}” is no name: use 2 to 100 small letters, digits and hyphens, such as bericht-2020."
        )
        raise tk.Invalid(message.format(found=value[:40]))
    return value


@takes(type="string")
def _is_type(value: str) -> str:
    """Take the name of a report type."""
    known = known_types()
    if value not in known:
        told = {"found": value[:40], "allowed": ", ".join(known)}
        raise tk.Invalid(tk._("“{found}” is not known. Use one of: {allowed}.").format(**told))
    return value


def _text(value: Any) -> str:
    return str(value)


@tk.validator_args
def create(
    not_empty: Validator,
    ignore_empty: Validator,
    unicode_safe: Validator,
    default: ValidatorFactory,
    digitalms_line: Validator,
    digitalms_day: Validator,
    digitalms_default_today: Validator,
) -> Schema:
    """Check what a new report is to be."""
    return {
        "name": [ignore_empty, unicode_safe, _is_name],
        "title": [not_empty, unicode_safe, digitalms_line, not_empty],
        "type": [default("council"), unicode_safe, _is_type],
        "as_of": [digitalms_default_today, unicode_safe, digitalms_day],
        "previous": [ignore_empty, unicode_safe, digitalms_line],
        "number": [default(""), unicode_safe, digitalms_line],
        "measures": [ignore_empty, several(_text)],
        "organisation": [ignore_empty, unicode_safe],
        "status": [ignore_empty, several(is_status)],
        "delayed": [unless_unsaid, yes_or_no],
    }


@tk.validator_args
def update(
    not_empty: Validator,
    ignore_missing: Validator,
    ignore_empty: Validator,
    natural_number_validator: Validator,
    unicode_safe: Validator,
    digitalms_line: Validator,
    digitalms_text: Validator,
    digitalms_day: Validator,
) -> Schema:
    """Check what is changed of a report; what is left out stays."""
    line, text = (
        [ignore_missing, unicode_safe, digitalms_line],
        [ignore_missing, unicode_safe, digitalms_text],
    )
    return {
        **by_id(),
        "seen": [unless_unsaid, natural_number_validator],
        "title": [ignore_missing, not_empty, unicode_safe, digitalms_line],
        "as_of": [ignore_empty, unicode_safe, digitalms_day],
        **dict.fromkeys(("number", "previous", "subject", "office", "contact", "mailbox"), line),
        **dict.fromkeys(("introduction", "outlook", "method", "summary"), text),
        **dict.fromkeys(("decision", "reasons", "finances"), text),
        "is_public": [unless_unsaid, yes_or_no],
        "measures": [ignore_empty, several(_text)],
        "consultations": {
            "day": [ignore_empty, unicode_safe, digitalms_day],
            "body": [not_empty, unicode_safe, digitalms_line],
            **dict.fromkeys(("kind", "result"), line),
        },
        "texts": {
            "measure_id": [not_empty, unicode_safe],
            **dict.fromkeys(("remark", "asked", "sentences"), text),
        },
        "left": {"gap": [not_empty, unicode_safe], **dict.fromkeys(("reason", "seen"), line)},
    }


@tk.validator_args
def show(natural_number_validator: Validator) -> Schema:
    """Check which report is shown, and which form of it."""
    return {
        **by_id(),
        "version": [unless_unsaid, natural_number_validator],
        "draft": [unless_unsaid, yes_or_no],
        "only_head": [unless_unsaid, yes_or_no],
    }


@tk.validator_args
def check(not_empty: Validator, natural_number_validator: Validator, unicode_safe: Validator) -> Schema:
    """Check which measure of which report was looked at."""
    seen = [unless_unsaid, natural_number_validator]
    return {**by_id(), "report": [not_empty, unicode_safe], "seen": seen}


def one_with_a_list() -> Schema:
    """Check which report is meant, and which part of the list."""
    return {**by_id(), **page()}


@tk.validator_args
def freeze(natural_number_validator: Validator) -> Schema:
    """Check which report is frozen."""
    background = [unless_unsaid, yes_or_no]
    return {**by_id(), "seen": [unless_unsaid, natural_number_validator], "background": background}


@tk.validator_args
def file(
    not_empty: Validator,
    natural_number_validator: Validator,
    unicode_safe: Validator,
) -> Schema:
    """Check which file of a report is asked for."""
    version = [unless_unsaid, natural_number_validator]
    return {**by_id(), "version": version, "format": [not_empty, unicode_safe]}


@tk.validator_args
def correct(not_empty: Validator, unicode_safe: Validator, digitalms_line: Validator) -> Schema:
    """Check which report is corrected, and why."""
    return {**_with_reason(not_empty, unicode_safe, digitalms_line), **freeze()}


def _with_reason(not_empty: Validator, unicode_safe: Validator, digitalms_line: Validator) -> Schema:
    return {**by_id(), "reason": [not_empty, unicode_safe, digitalms_line, not_empty]}


@tk.validator_args
def withdraw(
    not_empty: Validator,
    unicode_safe: Validator,
    digitalms_line: Validator,
    natural_number_validator: Validator,
) -> Schema:
    """Check which version is withdrawn, and why."""
    return {
        **_with_reason(not_empty, unicode_safe, digitalms_line),
        "version": [unless_unsaid, natural_number_validator],
    }


@tk.validator_args
def template_create(
    default: ValidatorFactory, ignore_empty: Validator, unicode_safe: Validator, digitalms_line: Validator
) -> Schema:
    """Check what comes in with a template."""
    return {
        "upload": [ignore_empty],
        "filename": [ignore_empty, unicode_safe, digitalms_line],
        "dry_run": [default(False), yes_or_no],
    }


@tk.validator_args
def template_version(default: ValidatorFactory, natural_number_validator: Validator) -> Schema:
    """Check which version of the template is meant."""
    return {"version": [default(0), natural_number_validator, _is_version]}


@takes(type="integer", maximum=_MOST_VERSIONS)
def _is_version(value: Any) -> Any:
    """Take a number that a version can have."""
    if isinstance(value, int) and value > _MOST_VERSIONS:  # what is no number has its error already
        raise tk.Invalid(tk._("There is no version {found} of the template.").format(found=str(value)[:12]))
    return value


@tk.validator_args
def page_pdf(ignore_empty: Validator, unicode_safe: Validator) -> Schema:
    """Check which page is to be a PDF, and of which day."""
    return {"id": [ignore_empty, unicode_safe], **moment()}
