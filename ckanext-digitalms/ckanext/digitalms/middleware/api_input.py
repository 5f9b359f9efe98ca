"""What the API hands to an action, CKAN's own ones and those of other extensions included.

CKAN's actions look at their parameters as they need them, and break off where a list stands for a text, a
number is larger than the database takes, or a name is missing. Here they are looked at once for all of them,
before the action runs. What only the database can refuse is answered as any other wrong value.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.lib.navl.dictization_functions import DataError
from ckan.types import Action, CKANApp, Context

from ckanext.digitalms import parameters
from ckanext.digitalms.messages import N_
from ckanext.digitalms.services.lookup import by_field
from ckanext.digitalms.storable import is_storable

from . import api_needs, datastore_filters, request_json
from .api_actions import put_around
from .refusals import refuse, unfit

__all__ = ["install"]

INTEGER = 2**31
_LONGEST = 1000  # of what names something
# ckanext-harvest hands out these, which are no actions, together with its actions; those of its rules only
# where CKAN has asked it for the rules before, since it keeps both in one place
NO_ACTIONS = frozenset(
    {
        "InactiveSource",
        "auth_allow_anonymous_access",
        "get_mail_extra_vars",
        "harvest_sources_clear",
        "prepare_error_mail",
        "prepare_summary_mail",
        "send_error_email",
        "send_mail",
        "send_summary_email",
    }
)
# what may hold lists and objects in an action of CKAN, harvest or DataStore; everything else is one value
STRUCTURED = frozenset(
    {
        *("aliases", "config", "constraint", "data_dict", "dataset_ids", "datasets", "delimiter", "excludes"),
        *(
            "extras",
            "facet.field",
            "fields",
            "filter",
            "filters",
            "fl",
            "fq_list",
            "groups",
            "id_list",
            "include",
        ),
        *(
            "indexes",
            "items",
            "key",
            "keys",
            "match",
            "options",
            "order",
            "organization",
            "package",
            "package_ids",
            "packages",
        ),
        *("plugin_data", "plugin_extras", "primary_key", "query", "records", "relationships_as_object"),
        *("organizations", "queues", "view_types"),
        *("relationships_as_subject", "resource", "resource_ids", "resource_view_ids", "resources", "roles"),
        *(
            "tags",
            "terms",
            "lang_codes",
            "data",
            "tracking_summary",
            "triggers",
            "update",
            "users",
            "views",
            "visibility",
            "order_by",
        ),
    }
)
_NAMES = frozenset({"id", "name", "ref", "user_id", "username", "source_id", "package_id", "resource_id"})
_PAGES = frozenset({"limit", "offset", "page", "per_page", "rows", "start"})
# what these are in every action of CKAN, harvest and DataStore
_TEXT = _NAMES | {
    *(
        "all_groups",
        "attr",
        "capacity",
        "fq",
        "guid",
        "group_id",
        "key_name",
        "object",
        "object_type",
        "org_id",
    ),
    *(
        "organization_id",
        "owner_id",
        "owner_type",
        "owner_org",
        "rel",
        "role",
        "sort",
        "subject",
        "task_type",
    ),
    *("type", "user", "vocabulary_id", "entity_id", "job_id", "dataset_id", "email", "title", "id2"),
    *("about", "description", "fullname", "image_url", "level", "order_by"),
}
_OBJECTS = frozenset({"package", "resource"})
_LISTS = frozenset({"data", "datasets", "queues", "terms", "view_types"})
# lists of these are of names and ids
_NAMING = frozenset(
    {
        "dataset_ids",
        "datasets",
        "facet.field",
        "fl",
        "fq_list",
        "id_list",
        "order",
        "organizations",
        "package_ids",
        "queues",
        "resource_ids",
        "view_types",
    }
)
_FLAGS = frozenset(
    {"all_fields", "create_datastore_views", "only_active", "only_current", "use_default_schema"}
)
_YES_OR_NO = frozenset({"true", "yes", "on", "y", "t", "1", "false", "no", "off", "n", "f", "0", "none"})
_TYPE = N_("One value is expected here, and a text where something is named.")
_DIGITS = 10
_COUNT = N_("A number from 0 to 2147483647 is expected here.")
_FLAG = N_("Say true or false.")
_OBJECT = N_("An object is expected here.")
_LIST = N_("A list is expected here.")
_NAMES_ONLY = N_("A list of texts is expected here.")
_LONG = N_("The text is longer than anything can be called.")
_KIND = N_("There is no such kind of relationship.")
_NO_JOB = N_("There is no such job.")
_JOB, _OF_JOBS = re.compile(r"[A-Za-z0-9_-]+"), ("cancel", "show")
# what the database raises for these; its other errors are those of `unavailable`
_OF_DATA = (sa.exc.DataError, sa.exc.IntegrityError, sa.exc.ProgrammingError)
_CANNOT_BE = ("22", "23", "42804", "42883")  # of PostgreSQL: data, constraints, types


def _are_texts(value: Any) -> bool:
    return not isinstance(value, list) or all(isinstance(one, str) for one in value)


# what an action breaks off at although its name says nothing of it: what fits, and what is said of the rest
_SPECIAL: Mapping[tuple[str, str], tuple[Callable[[Any], bool], str]] = {
    ("datastore_search", "filters"): (datastore_filters.is_readable, datastore_filters.UNREADABLE),
    **{("datastore_search", name): (_are_texts, _NAMES_ONLY) for name in ("fields", "sort")},
    ("group_list", "groups"): (_are_texts, _NAMES_ONLY),
    ("package_relationships_list", "rel"): (model.PackageRelationship.get_all_types().__contains__, _KIND),
    **{(f"job_{what}", "id"): (lambda told: bool(_JOB.fullmatch(str(told))), _NO_JOB) for what in _OF_JOBS},
}


def install(app: CKANApp) -> None:
    """Look at what the API is given, and answer what the database refuses on any page."""
    put_around(app, _looked_at)
    for kind in _OF_DATA:
        app.register_error_handler(kind, _refused)


def _looked_at(name: str, action: Action) -> Action:
    if name in NO_ACTIONS:
        raise KeyError(name)

    @functools.wraps(action)
    def called(context: Context, data_dict: dict[str, Any]) -> Any:
        _refuse_two_places(name)
        wrong = dict(_wrong(name, data_dict)) or dict(api_needs.missing(name, data_dict))
        if wrong:
            raise tk.ValidationError(by_field(wrong))
        return _answered(action, context, data_dict)

    return called


def _refuse_two_places(action: str) -> None:
    """Refuse to one of ours what stands in the address beside a body: CKAN would read past one of them."""
    request = tk.request
    is_sent = bool(request.form or request.files or request.get_data(cache=True))
    if action.startswith("digitalms_") and request.method == "POST" and request.args and is_sent:
        message = tk._(
            "Parameters stand in the address and in the body of this request: send all of them in the body."
        )
        raise parameters.refused({name[:60]: [message] for name in request.args})


def _answered(action: Callable[..., Any], context: Context, data_dict: dict[str, Any]) -> Any:
    try:
        return action(context, data_dict)
    except DataError as error:
        raise tk.ValidationError({"message": [unfit(error.error)]}) from error
    except sa.exc.StatementError as error:
        if not _is_of_data(error):
            raise
        model.Session.rollback()
        raise tk.ValidationError({"message": [_sentence(error)]}) from error


def _wrong(action: str, data_dict: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    for name, value in data_dict.items():
        try:
            told = request_json.told_by(value) if action.startswith("datastore_") else value
            text = next(_faults(action, name, told), None)
        except request_json.DeepJsonError:
            text = request_json.DEEP
        if text is not None:
            yield name[:60].encode(errors="replace").decode(), [tk._(text)]


def _faults(action: str, name: str, value: Any) -> Iterator[str]:
    if not is_storable(name):
        yield request_json.CONTROL
    yield from request_json.faults(value)
    if name in _NAMES and isinstance(value, str) and len(value) > _LONGEST:
        yield _LONG
    if action.startswith("digitalms_"):
        return  # our schemas say the rest, field by field
    if name in _PAGES and not _is_count(value):
        yield _COUNT
    is_text = name in _TEXT or (name == "q" and not action.startswith("datastore_"))
    if is_text and value is not None and not isinstance(value, str):
        yield _TYPE
    if value is not None and (action, name) in _SPECIAL:
        fits, sentence = _SPECIAL[action, name]
        if not fits(value):
            yield sentence
    if (name in _FLAGS or name.startswith("include_")) and str(value).strip().lower() not in _YES_OR_NO:
        yield _FLAG
    yield from _shape(action, name, value)


def _shape(action: str, name: str, value: Any) -> Iterator[str]:
    if action.startswith("datastore_"):
        return  # its own schemas say the rest
    if name in _OBJECTS or (name == "fields" and action.startswith("tag_")):
        if not isinstance(value, dict):
            yield _OBJECT
    elif name in _LISTS and not isinstance(value, list):
        yield _LIST
    elif name == "data":
        if not all(isinstance(one, dict) for one in value):
            yield _LIST
    elif name in _NAMING and isinstance(value, list) and not all(isinstance(one, str) for one in value):
        yield _NAMES_ONLY
    elif isinstance(value, list | dict) and name not in STRUCTURED:
        yield from _rows(name, value)


def _rows(name: str, value: Any) -> Iterator[str]:
    """Take lists of rows where a schema of datasets has them, such as the steps of a measure."""
    schemas = tk.h.scheming_dataset_schemas() if p.plugin_loaded("scheming_datasets") else {}
    fields = [field for schema in schemas.values() for field in schema["dataset_fields"]]
    if not any(field["field_name"] == name and "repeating_subfields" in field for field in fields):
        yield _TYPE
    elif not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        yield _LIST
    elif not all(map(_is_cell, (cell for row in value for cell in row.values()))):
        yield _TYPE


def _is_cell(cell: Any) -> bool:
    """Return whether it is one value, or some words."""
    words = cell if isinstance(cell, list) else []
    return not isinstance(cell, dict) and all(isinstance(word, str) for word in words)


def _is_count(value: Any) -> bool:
    digits = str(value).strip()
    return digits.isdecimal() and len(digits) <= _DIGITS and int(digits) < INTEGER


def _is_of_data(error: sa.exc.StatementError) -> bool:
    """Return whether the database or its driver refused a value; anything else is our fault."""
    code = getattr(error.orig, "pgcode", None)
    if code is None:
        # the driver: “can't adapt type”, a NUL, a number that no column takes
        return isinstance(error, sa.exc.ProgrammingError | sa.exc.DataError) or isinstance(
            error.orig, ValueError | OverflowError | TypeError
        )
    return str(code).startswith(_CANNOT_BE)


def _sentence(error: sa.exc.StatementError) -> str:
    return unfit(str(error.orig).partition("\n")[0])


def _refused(error: sa.exc.DBAPIError) -> Any:
    if not _is_of_data(error):
        raise error
    model.Session.rollback()
    return refuse(400, tk._("This does not fit"), _sentence(error))
