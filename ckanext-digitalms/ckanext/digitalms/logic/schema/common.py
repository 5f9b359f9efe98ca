"""Schemas of the actions; validators arrive by argument name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import ckan.plugins.toolkit as tk
from ckan.lib.navl.dictization_functions import DataError
from ckan.types import Context, Schema, Validator, ValidatorFactory

from ckanext.digitalms.council.reference import LONGEST_FIELD
from ckanext.digitalms.messages import N_
from ckanext.digitalms.search.query import MAX_CHARACTERS
from ckanext.digitalms.services.lookup import by_field
from ckanext.digitalms.storable import is_storable
from ckanext.digitalms.tables.open_tables import ALL_TABLES
from ckanext.digitalms.vocabularies import Status, StepState

from .json_schema import takes
from .moment import moment

Item = TypeVar("Item")

USUAL_PAGE, MAX_PAGE = 100, 1000
MAX_TEXT = 1_000_000  # what names or says something; files come as upload or content
_NOT_KNOWN = N_("“{found}” is not known. Use one of: {allowed}.")
_YES_OR_NO = {
    **dict.fromkeys(("true", "yes", "1", "on"), True),
    **dict.fromkeys(("false", "no", "0", "off", ""), False),
}


def validated(context: Context, data_dict: dict[str, Any], schema: Schema) -> dict[str, Any]:
    """Validate what an action is given.

    It runs after ``check_access``, so that a stranger learns nothing from sentences about fields.

    Raises:
        tk.ValidationError: keyed by field.
    """
    refuse_unstorable(data_dict)
    refuse_unknown(data_dict, schema)
    try:
        told, errors = tk.navl_validate(data_dict, schema, context)
    except DataError as error:
        message = tk._("A list of objects was expected where something else was found: {found}")
        nested = [name for name in schema if isinstance(schema[name], dict)]
        meant = next((name for name in nested if f"'{name}'" in str(error.error)), nested[0])
        raise tk.ValidationError({meant: [message.format(found=str(error.error)[:200])]}) from error
    if errors:
        raise tk.ValidationError(errors)
    return dict(told)


def refuse_unknown(data_dict: dict[str, Any], schema: Schema) -> None:
    """Refuse what the schema does not name, and a list or an endless text where a text is meant.

    Raises:
        tk.ValidationError: keyed by parameter; for rows a list with an object for each.
    """
    wrong = _unfit(data_dict, schema)
    if wrong:
        raise tk.ValidationError(by_field(wrong))


def _unfit(told: Mapping[Any, Any], schema: Schema) -> dict[str, list[Any]]:
    wrong = {str(name)[:60]: _unfit_value(value, name, schema) for name, value in told.items()}
    return {name: texts for name, texts in wrong.items() if texts}


def _unfit_value(value: Any, name: Any, schema: Schema) -> list[Any]:
    if name not in schema:
        return [_not_known(schema)]
    rules = schema[name]
    if isinstance(rules, dict):
        rows = value if isinstance(value, list) else []
        wrong = [_unfit(row, rules) if isinstance(row, dict) else {} for row in rows]
        return wrong if any(wrong) else []
    if tk.get_validator("unicode_safe") in rules:
        if isinstance(value, list | dict):
            return [tk._("One value is expected here, and a text where something is named.")]
        if isinstance(value, str) and len(value) > MAX_TEXT:
            return [tk._("The text is longer than {allowed} characters.").format(allowed=MAX_TEXT)]
    return []


def _not_known(schema: Schema) -> str:
    if not schema:
        return str(tk._("This parameter is not known. The action takes none."))
    told = tk._("This parameter is not known. Known are: {known}.")
    return str(told.format(known=", ".join(sorted(schema))))


def only_shown(*names: str) -> Schema:
    """Read past what an answer has in its rows, so that they can be sent back as they came."""
    return {name: [tk.get_validator("ignore")] for name in names}


@tk.validator_args
def page(default: ValidatorFactory, natural_number_validator: Validator) -> Schema:
    """Check ``limit`` (up to 1000) and ``offset``."""
    return {
        "limit": [default(USUAL_PAGE), natural_number_validator, _at_most_a_page],
        "offset": [default(0), natural_number_validator, _countable],
    }


FIRST_PAGE: Mapping[str, int] = {"limit": USUAL_PAGE, "offset": 0}


def page_of(found: Sequence[Item], told: Mapping[str, Any] = FIRST_PAGE) -> Sequence[Item]:
    """Return the part of a list that was asked for with ``limit`` and ``offset``."""
    return found[told["offset"] :][: told["limit"]]


def paged(found: Sequence[Any], told: Mapping[str, Any] = FIRST_PAGE) -> dict[str, Any]:
    """Return the part of a list that was asked for, and how many there are in all."""
    return {"count": len(found), "results": page_of(found, told)}


def refuse_unstorable(data_dict: dict[str, Any]) -> None:
    """Refuse text that no database can store, wherever it stands; raises ``ValidationError``."""
    message = tk._("The text has control characters that cannot be stored: remove them.")
    wrong = {str(name)[:60]: [message] for name, value in data_dict.items() if not _is_storable(value)}
    if wrong:
        raise tk.ValidationError(by_field(wrong))


def _is_storable(value: Any) -> bool:
    if isinstance(value, str):
        return is_storable(value)
    if isinstance(value, dict):
        return all(_is_storable(item) for pair in value.items() for item in pair)
    return all(map(_is_storable, value)) if isinstance(value, list | tuple) else True


def at_most(limit: int) -> Callable[[str], str]:
    """Make what refuses a text of more characters, before anybody reads it."""

    @takes(maxLength=limit)
    def check(value: str) -> str:
        if len(str(value)) > limit:
            message = tk._("The text has {found} characters; at most {allowed} are read.")
            raise tk.Invalid(message.format(found=len(str(value)), allowed=limit))
        return value

    return check


@takes(maximum=MAX_PAGE)
def _at_most_a_page(value: int) -> int:
    if isinstance(value, int) and value > MAX_PAGE:  # what is no number has its error already
        message = tk._("{found} rows are too many for one answer: ask for up to {allowed} and use offset.")
        raise tk.Invalid(message.format(found=value, allowed=MAX_PAGE))
    return value


@takes(maximum=2**31 - 1)
def _countable(value: int) -> int:
    if isinstance(value, int) and value >= 2**31:
        raise tk.Invalid(tk._("A number from 0 to 2147483647 is expected here."))
    return value


@tk.validator_args
def measure_list(ignore_empty: Validator, unicode_safe: Validator) -> Schema:
    """Check the filters of the list of measures."""
    return {
        **page(),
        **moment(),
        "status": [ignore_empty, several(is_status)],
        "organisation": [ignore_empty, unicode_safe],
        "delayed": [unless_unsaid, yes_or_no],
        "include_coverage": [unless_unsaid, yes_or_no],
        "include_internal": [unless_unsaid, yes_or_no],
        "parent": [ignore_empty, unicode_safe],
        "reference": [ignore_empty, unicode_safe, at_most(LONGEST_FIELD)],
        "q": [ignore_empty, unicode_safe, at_most(MAX_CHARACTERS)],
    }


@tk.validator_args
def title(not_empty: Validator, unicode_safe: Validator, digitalms_line: Validator) -> Schema:
    """Check a title of which a key is to be made."""
    return {"title": [not_empty, unicode_safe, digitalms_line, not_empty]}


@takes(type="boolean")
def yes_or_no(value: Any) -> bool:
    """Take true or false in the usual words."""
    # CKAN's own validator takes every word it does not know for "no", which may mean: change it
    answer = _YES_OR_NO.get(str(value).strip().lower())
    if answer is None:
        raise tk.Invalid(tk._("“{found}” is neither true nor false.").format(found=str(value)[:40]))
    return answer


def unless_unsaid(key: Any, data: Any, errors: Any, context: Any) -> None:
    """Leave out what is missing or empty; unlike CKAN's ``ignore_empty`` a plain ``false`` is an answer."""
    del errors, context
    if data.get(key) in (tk.missing, None, ""):
        data.pop(key, None)
        raise tk.StopOnError


def _is_said(value: Any) -> Any:
    """Refuse an empty answer where there is no default."""
    if value is None or value == "":
        raise tk.Invalid(tk._("“{found}” is neither true nor false.").format(found=""))
    return value


def one_of(known: Iterable[Any], sentence: str = _NOT_KNOWN) -> Validator:
    """Make what takes one of some values.

    Args:
        known: the values, or the terms of a vocabulary.
        sentence: says that a value is none, with ``{found}`` and ``{allowed}``.
    """
    allowed = [getattr(each, "value", each) for each in known]

    @takes(enum=allowed)
    def check(value: Any) -> Any:
        if value not in allowed:
            told = {"found": str(value)[:40], "allowed": ", ".join(map(str, allowed))}
            raise tk.Invalid(tk._(sentence).format(**told))
        return value

    return check


def several(check: Validator) -> Validator:
    """Make what takes one value or a list of them, each for itself; an address says a list by repeating."""

    @takes(type="array", items={"type": "string", **getattr(check, "json_schema", {})})
    def each(value: Any) -> list[Any]:
        return [check(one) for one in (value if isinstance(value, list) else [value])]

    return each


is_status = one_of(Status, N_("“{found}” is no status. Use one of: {allowed}."))
is_step_state = one_of(StepState, N_("“{found}” is no state of a step. Use one of: {allowed}."))


@tk.validator_args
def measure_show() -> Schema:
    """Check the address of one measure at a moment."""
    return {
        **moment(),
        **by_id(),
        "unpublished": [unless_unsaid, yes_or_no],
        "include_coverage": [unless_unsaid, yes_or_no],
        "include_dataset": [unless_unsaid, yes_or_no],
    }


def measure_history() -> Schema:
    """Check which history is asked for, up to a moment."""
    return {**moment(), **page(), **by_id()}


@tk.validator_args
def statement_create(
    not_empty: Validator,
    ignore_missing: Validator,
    ignore_empty: Validator,
    unicode_safe: Validator,
    digitalms_day: Validator,
    digitalms_percent: Validator,
    digitalms_text: Validator,
    digitalms_line: Validator,
    digitalms_row_id: Validator,
) -> Schema:
    """Check a statement; what is left out stays as it is."""
    return {
        "id": [not_empty, unicode_safe],
        "as_of": [ignore_empty, digitalms_day],
        "status": [ignore_empty, unicode_safe, is_status],
        "status_reason": [ignore_missing, unicode_safe, digitalms_text],
        "progress_percent": [ignore_missing, digitalms_percent],
        "statement": [ignore_missing, unicode_safe, digitalms_text],
        "source": [ignore_missing, unicode_safe, digitalms_line],
        "update_due": [ignore_missing, digitalms_day],
        "milestones_met": {"id": [not_empty, unicode_safe], "met_on": [not_empty, digitalms_day]},
        "seen": [ignore_empty, unicode_safe],
        "steps": {
            "id": [ignore_missing, digitalms_row_id],
            "state": [not_empty, unicode_safe, is_step_state],
            "text": [not_empty, unicode_safe, digitalms_text],
        },
    }


@tk.validator_args
def note_create(not_empty: Validator, unicode_safe: Validator, digitalms_text: Validator) -> Schema:
    """Check an internal note."""
    # of a text of blanks only nothing is left
    text = [not_empty, unicode_safe, digitalms_text, not_empty]
    return {"id": [not_empty, unicode_safe], "text": text}


def note_update() -> Schema:
    """Check a changed note."""
    return {**note_create(), **note_delete()}


@tk.validator_args
def by_id(not_empty: Validator, unicode_safe: Validator) -> Schema:
    """Check an id."""
    return {"id": [not_empty, unicode_safe]}


@tk.validator_args
def work(default: Any, not_empty: Validator, unicode_safe: Validator) -> Schema:
    """Check an id, and whether a job may do it."""
    return {"id": [not_empty, unicode_safe], "background": [default(False), yes_or_no]}


@tk.validator_args
def statement_undo(int_validator: Validator, default: Any) -> Schema:
    """Check which change is taken back."""
    return {
        **by_id(),
        "statement_id": [unless_unsaid, int_validator],
        "dry_run": [default(False), yes_or_no],
    }


@tk.validator_args
def organisation_admit(not_empty: Validator, not_missing: Validator, unicode_safe: Validator) -> Schema:
    """Check which organisation is let in, or no longer."""
    return {"id": [not_empty, unicode_safe], "admitted": [not_missing, _is_said, yes_or_no]}


@tk.validator_args
def note_delete(not_empty: Validator, ignore_empty: Validator, unicode_safe: Validator) -> Schema:
    """Check the address of a note, and which state of it was read."""
    address = [not_empty, unicode_safe]
    return {"id": address, "note_id": address, "seen": [ignore_empty, unicode_safe]}


@tk.validator_args
def table_validate(not_empty: Validator, unicode_safe: Validator) -> Schema:
    """Check the name of an open table."""
    return {"name": [not_empty, unicode_safe]}


is_table = one_of(ALL_TABLES, N_("There is no open table “{found}”. Use one of: {allowed}."))


@tk.validator_args
def release_list(default: ValidatorFactory, unicode_safe: Validator) -> Schema:
    """Check whose releases are asked for."""
    return {**page(), "table": [default("measures"), unicode_safe, is_table]}


@tk.validator_args
def table_use_list(not_empty: Validator, unicode_safe: Validator) -> Schema:
    """Check whose uses are asked for: of an open table, or of one of an office."""
    return {**page(), "table": [not_empty, unicode_safe, at_most(LONGEST_FIELD)]}


@tk.validator_args
def release_diff(ignore_empty: Validator, unicode_safe: Validator) -> Schema:
    """Check which two releases are compared."""
    return {
        **release_list(),
        # an open table, or one of an office
        "table": [*release_list()["table"][:-1], at_most(LONGEST_FIELD)],
        "before": [ignore_empty, unicode_safe, at_most(LONGEST_FIELD)],
        "after": [ignore_empty, unicode_safe, at_most(LONGEST_FIELD)],
    }


@tk.validator_args
def release_cite(
    not_empty: Validator, ignore_missing: Validator, unicode_safe: Validator, digitalms_text: Validator
) -> Schema:
    """Check where a release is cited."""
    return {
        "release_id": [not_empty, unicode_safe],
        "cited_in": [ignore_missing, unicode_safe, digitalms_text],
    }
