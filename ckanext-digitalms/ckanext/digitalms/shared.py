"""The facade: what harvesters and other extensions import, and nothing else of this package."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ckan import model

from . import config
from .config import HARVEST_TIMEOUT
from .coverage import rules as coverage_rules
from .coverage.edition import ABSENT, LAND_USE, Area, EditionError, Figures, Series, Stated
from .coverage.extent import COMMON as COMMON_AREAS
from .measures.record import Measure, Step
from .messages import N_, Message, translate
from .model import Delivery
from .services.access.rights import is_coordinator, may_edit
from .services.coverage import (
    area_list_get,
    area_list_keep,
    coverage_before,
    coverage_edition,
    coverage_figures,
    coverage_lock,
    coverage_twin,
    coverage_write,
    known_areas,
)
from .services.deliveries import (
    delivery_create,
    delivery_finish,
    delivery_get,
    delivery_list,
    stated_of,
)
from .services.language import default_language, in_default_language
from .services.locks import holding, job_lock, object_lock
from .services.measures.batch import UNCHANGED, Outcome, StatementInput, apply_statements
from .services.measures.catalogue import catalogue
from .services.progress import tell as tell_progress
from .services.sources.datasets import (
    LeftAloneError,
    harvested_dataset_id,
    harvested_dataset_remove,
    harvested_dataset_write,
)
from .services.sources.findings import finding_keep
from .services.sources.handlers import Tried
from .services.sources.health import (
    is_coordinator_organisation,
    source_organisation,
    source_secret,
    writable_measures,
)
from .services.sources.identities import (
    identities_mark_missing,
    identities_mark_returned,
    identities_remove,
    identity_hashes,
    identity_keep,
    known_records,
    question_ask,
    question_settle,
)
from .services.uploads import check_size
from .sources.address import DELIVERY, PORTS, AddressError, masked, spaced
from .sources.address import parts as address_parts
from .sources.missing_records import Comparison, Known, compare
from .validation.arrangement import proposed, suggestions, titled_as
from .validation.causes import Cause
from .validation.columns import matched
from .validation.days import read_short_day
from .validation.dialect import AUTO, Dialect, DialectError
from .validation.dialect import OPTIONS as DIALECT_OPTIONS
from .validation.findings import MAX_FINDINGS, Finding, Report, short, some
from .validation.reading import read, read_sheets
from .validation.reading_csv import csv_error, too_many_rows
from .validation.reading_xlsx import visible_sheets
from .validation.table import Limits, RawRow, RawTable, Surplus, TableSchema, UnreadableError
from .validation.table_check import Checked, Record, checked
from .validation.values import Oddity, spoiled
from .vocabularies import (
    AREA_DIGITS,
    COUNTRY_CODE,
    MEASURE_TYPE,
    SPEED_CLASSES,
    AreaType,
    Base,
    Customer,
    Status,
    StepState,
    Technology,
    area_type,
)

__all__ = [
    "ABSENT",
    "AREA_DIGITS",
    "AUTO",
    "COMMON_AREAS",
    "COUNTRY_CODE",
    "DELIVERY",
    "DIALECT_OPTIONS",
    "HARVEST_TIMEOUT",
    "LAND_USE",
    "MAX_FINDINGS",
    "N_",
    "PORTS",
    "SPEED_CLASSES",
    "UNCHANGED",
    "AddressError",
    "Area",
    "AreaType",
    "Base",
    "Cause",
    "Checked",
    "Comparison",
    "Customer",
    "Delivery",
    "Dialect",
    "DialectError",
    "EditionError",
    "Figures",
    "Finding",
    "Known",
    "LeftAloneError",
    "Limits",
    "Measure",
    "Message",
    "Oddity",
    "Outcome",
    "RawRow",
    "RawTable",
    "Record",
    "Report",
    "Series",
    "Stated",
    "StatementInput",
    "Status",
    "Step",
    "StepState",
    "Surplus",
    "TableSchema",
    "Technology",
    "Tried",
    "UnreadableError",
    "address_parts",
    "apply_statements",
    "area_list_get",
    "area_list_keep",
    "area_type",
    "check_size",
    "checked",
    "compare",
    "config",
    "coverage_before",
    "coverage_edition",
    "coverage_figures",
    "coverage_lock",
    "coverage_rules",
    "coverage_twin",
    "coverage_write",
    "csv_error",
    "default_language",
    "delivery_create",
    "delivery_finish",
    "delivery_get",
    "delivery_list",
    "finding_keep",
    "harvested_dataset_id",
    "harvested_dataset_remove",
    "harvested_dataset_write",
    "holding",
    "identities_mark_missing",
    "identities_mark_returned",
    "identities_remove",
    "identity_hashes",
    "identity_keep",
    "in_default_language",
    "is_coordinator",
    "is_coordinator_organisation",
    "job_lock",
    "known_areas",
    "known_records",
    "masked",
    "matched",
    "may_edit",
    "measure_ids",
    "object_lock",
    "proposed",
    "public_measures",
    "question_ask",
    "question_settle",
    "read",
    "read_sheets",
    "read_short_day",
    "short",
    "some",
    "source_organisation",
    "source_secret",
    "spaced",
    "spoiled",
    "stated_of",
    "suggestions",
    "tell_progress",
    "titled_as",
    "too_many_rows",
    "translate",
    "visible_sheets",
    "writable_measures",
]


def public_measures(day: dt.date | None = None, known_at: dt.datetime | None = None) -> list[dict[str, Any]]:
    """Return all public measures, today or on a cut-off date, as they were known at a moment."""
    return list(catalogue(day, known_at))


def measure_ids(organisation: str | None = None) -> set[str]:
    """Return the keys of all measures, or of those of one organisation (its name or id)."""
    query = model.Session.query(model.Package.name).filter(
        model.Package.type == MEASURE_TYPE, model.Package.state != model.State.DELETED
    )
    if organisation is not None:
        group = model.Group.get(organisation)
        query = query.filter(model.Package.owner_org == (group.id if group else None))
    return {name for (name,) in query}
