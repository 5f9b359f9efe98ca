"""Which schema each action of ours is validated with: what it takes, and nothing else.

The description of the API (``/digitalisierung/api``) is made from the same schemas.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ckan.types import Context, Schema

from . import (
    catalogue_search,
    city_text,
    common,
    comparison,
    coverage,
    custom_table,
    dcat,
    delivery,
    desk,
    figures,
    over_time,
    redaction,
    report,
    report_import,
    sitting,
    source,
    synonym,
    table_import,
    table_rows,
)
from .moment import moment

__all__ = ["SCHEMAS", "asked"]


def _nothing() -> Schema:
    return {}


def _page_of_one() -> Schema:
    """Check which thing is asked for, and which page of the lists in it."""
    return {**common.by_id(), **common.page()}


def _papers() -> Schema:
    return {**common.page(), **moment()}


def _paper() -> Schema:
    return {**common.page(), **moment(), **report_import.reference()}


SCHEMAS: Mapping[str, Callable[[], Schema]] = {
    "digitalms_catalogue_change_list": comparison.listing,
    "digitalms_change_list": common.page,
    "digitalms_catalogue_figure_list": figures.listing,
    "digitalms_city_text_list": common.page,
    "digitalms_city_text_show": city_text.city_text_show,
    "digitalms_city_text_update": city_text.city_text_update,
    "digitalms_comparison_show": comparison.show,
    "digitalms_council_reference_list": _papers,
    "digitalms_council_reference_parse": report_import.text,
    "digitalms_council_reference_show": _paper,
    "digitalms_coverage_show": coverage.show,
    "digitalms_dataset_draft_create": custom_table.create,
    "digitalms_dataset_draft_delete": common.by_id,
    "digitalms_dataset_draft_file": common.by_id,
    "digitalms_dataset_draft_list": common.page,
    "digitalms_dataset_draft_show": _page_of_one,
    "digitalms_dataset_draft_update": custom_table.update,
    "digitalms_dataset_list": custom_table.listing,
    "digitalms_dataset_publish": custom_table.publish,
    "digitalms_dataset_restore": common.by_id,
    "digitalms_dataset_version_list": custom_table.versions,
    "digitalms_dataset_version_restore": custom_table.version,
    "digitalms_date_read": sitting.wording,
    "digitalms_dcat_check": _page_of_one,
    "digitalms_dcat_list": dcat.listing,
    "digitalms_croissant_show": dcat.croissant,
    "digitalms_dcat_show": dcat.show,
    "digitalms_delivery_create": delivery.create,
    "digitalms_delivery_list": delivery.listing,
    "digitalms_delivery_show": delivery.show,
    "digitalms_delivery_redo": common.by_id,
    "digitalms_delivery_undo": common.by_id,
    "digitalms_desk_show": desk.show,
    "digitalms_desk_visit": _nothing,
    "digitalms_indicator_list": over_time.indicator_list,
    "digitalms_internal_note_create": common.note_create,
    "digitalms_internal_note_delete": common.note_delete,
    "digitalms_internal_note_list": _page_of_one,
    "digitalms_internal_note_update": common.note_update,
    "digitalms_measure_history": common.measure_history,
    "digitalms_measure_key_propose": common.title,
    "digitalms_measure_list": common.measure_list,
    "digitalms_measure_parent_list": common.page,
    "digitalms_measure_release_list": _page_of_one,
    "digitalms_measure_restore": common.by_id,
    "digitalms_measure_show": common.measure_show,
    "digitalms_milestone_list": over_time.milestone_list,
    "digitalms_organisation_admit": common.organisation_admit,
    "digitalms_organisation_list": common.page,
    "digitalms_quality_show": common.by_id,
    "digitalms_redact": redaction.redact,
    "digitalms_release_cite": common.release_cite,
    "digitalms_release_diff": common.release_diff,
    "digitalms_release_list": common.release_list,
    "digitalms_release_remove_measure": redaction.remove_measure,
    "digitalms_report_check": report.check,
    "digitalms_report_check_list": report.one_with_a_list,
    "digitalms_report_correct": report.correct,
    "digitalms_report_create": report.create,
    "digitalms_report_file": report.file,
    "digitalms_report_freeze": report.freeze,
    "digitalms_report_gaps": report.one_with_a_list,
    "digitalms_report_list": common.page,
    "digitalms_report_show": report.show,
    "digitalms_report_update": report.update,
    "digitalms_report_withdraw": report.withdraw,
    "digitalms_page_pdf": report.page_pdf,
    "digitalms_report_template_create": report.template_create,
    "digitalms_report_template_file": report.template_version,
    "digitalms_report_template_list": common.page,
    "digitalms_report_template_use": report.template_version,
    "digitalms_report_import_apply": report_import.apply,
    "digitalms_report_import_create": report_import.create,
    "digitalms_report_import_list": common.page,
    "digitalms_report_import_show": common.by_id,
    "digitalms_report_import_undo": common.work,
    "digitalms_report_import_update": report_import.update,
    "digitalms_stored_data_list": common.page,
    "digitalms_search": catalogue_search.search,
    "digitalms_search_propose": catalogue_search.propose,
    "digitalms_sitting_create": sitting.one,
    "digitalms_sitting_delete": sitting.one,
    "digitalms_sitting_list": sitting.listing,
    "digitalms_sitting_undo": sitting.undo,
    "digitalms_sitting_upload": sitting.upload,
    "digitalms_source_check": source.check,
    "digitalms_source_list": source.listing,
    "digitalms_source_show": source.show,
    "digitalms_statement_create": common.statement_create,
    "digitalms_statement_undo": common.statement_undo,
    "digitalms_synonym_create": synonym.create,
    "digitalms_synonym_delete": synonym.one,
    "digitalms_synonym_list": common.page,
    "digitalms_synonym_undo": sitting.undo,
    "digitalms_synonym_upload": synonym.upload,
    "digitalms_table_import": table_import.table_import,
    "digitalms_table_import_show": _page_of_one,
    "digitalms_table_import_undo": common.work,
    "digitalms_table_list": common.page,
    "digitalms_table_plot": table_rows.plot,
    "digitalms_table_publish": _nothing,
    "digitalms_table_rows": table_rows.rows,
    "digitalms_table_use_list": common.table_use_list,
    "digitalms_table_validate": common.table_validate,
    "digitalms_vanishing_decide": source.decide,
}


def asked(action: str, context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Validate what an action is given with its schema; the action has checked the right to it.

    Raises:
        tk.ValidationError: keyed by field.
    """
    return common.validated(context, data_dict, SCHEMAS[action]())
