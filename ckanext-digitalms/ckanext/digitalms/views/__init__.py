"""Blueprints; the blanket reads ``__all__``."""

from .api import digitalms_api
from .bulk import digitalms_bulk
from .catalogue_search import digitalms_search
from .change_feed import digitalms_changes
from .city_pages import digitalms_city
from .comparison import digitalms_comparison
from .confirmation import digitalms_confirming
from .council import digitalms_council
from .custom_tables import digitalms_own_tables
from .dcat import digitalms_dcat
from .definitions import digitalms_definitions
from .desk import digitalms_desk
from .embeds import digitalms_embed
from .errors import digitalms_handled
from .explorer import digitalms_explorer
from .figure_entry import digitalms_figure_entry
from .figures import digitalms_figures
from .machines import digitalms_machines
from .mcp import digitalms_mcp
from .measure import digitalms_measure
from .measure_fields import digitalms_measure_fields
from .measure_files import digitalms_measure_files
from .measure_form import digitalms_editing
from .milestones import digitalms_milestones
from .news_form import digitalms_news
from .notes import digitalms_notes
from .open_tables import digitalms_data
from .organisations import digitalms_organisations
from .overview import digitalms_overview
from .page_pdf import digitalms_page_pdf
from .recent_changes import digitalms_recent
from .release_changes import digitalms_release_changes
from .report_import import digitalms_report_import
from .report_template import digitalms_report_template
from .report_work import digitalms_report_work
from .reports import digitalms_reports
from .sittings import digitalms_sittings
from .source import digitalms_source
from .source_actions import digitalms_source_work
from .source_form import digitalms_source_form
from .sources import digitalms_sources
from .start import digitalms_start
from .synonyms import digitalms_synonyms
from .table_import import digitalms_table_import
from .theme import digitalms_theme
from .typeface import digitalms_typeface
from .visibility import digitalms_visibility
from .withdrawn import digitalms_withdrawn

__all__ = [
    "digitalms_api",
    "digitalms_bulk",
    "digitalms_changes",
    "digitalms_city",
    "digitalms_comparison",
    "digitalms_confirming",
    "digitalms_council",
    "digitalms_data",
    "digitalms_dcat",
    "digitalms_definitions",
    "digitalms_desk",
    "digitalms_editing",
    "digitalms_embed",
    "digitalms_explorer",
    "digitalms_figure_entry",
    "digitalms_figures",
    "digitalms_handled",
    "digitalms_machines",
    "digitalms_mcp",
    "digitalms_measure",
    "digitalms_measure_fields",
    "digitalms_measure_files",
    "digitalms_milestones",
    "digitalms_news",
    "digitalms_notes",
    "digitalms_organisations",
    "digitalms_overview",
    "digitalms_own_tables",
    "digitalms_page_pdf",
    "digitalms_recent",
    "digitalms_release_changes",
    "digitalms_report_import",
    "digitalms_report_template",
    "digitalms_report_work",
    "digitalms_reports",
    "digitalms_search",
    "digitalms_sittings",
    "digitalms_source",
    "digitalms_source_form",
    "digitalms_source_work",
    "digitalms_sources",
    "digitalms_start",
    "digitalms_synonyms",
    "digitalms_table_import",
    "digitalms_theme",
    "digitalms_typeface",
    "digitalms_visibility",
    "digitalms_withdrawn",
]
