"""The API: every action of the extension, and nothing else (the blanket reads ``__all__``)."""

from __future__ import annotations

from .account import *  # noqa: F403
from .account import __all__ as _account
from .catalogue_search import *  # noqa: F403
from .catalogue_search import __all__ as _catalogue_search
from .chained import *  # noqa: F403
from .chained import __all__ as _chained
from .chained_lists import *  # noqa: F403
from .chained_lists import __all__ as _seen
from .city_text import *  # noqa: F403
from .city_text import __all__ as _city_text
from .comparison import *  # noqa: F403
from .comparison import __all__ as _comparison
from .council import *  # noqa: F403
from .council import __all__ as _council
from .coverage import *  # noqa: F403
from .coverage import __all__ as _coverage
from .custom_table import *  # noqa: F403
from .custom_table import __all__ as _own_table
from .custom_table_publish import *  # noqa: F403
from .custom_table_publish import __all__ as _own_publish
from .custom_table_version import *  # noqa: F403
from .custom_table_version import __all__ as _own_version
from .dcat import *  # noqa: F403
from .dcat import __all__ as _dcat
from .delivery import *  # noqa: F403
from .delivery import __all__ as _delivery
from .desk import *  # noqa: F403
from .desk import __all__ as _desk
from .figures import *  # noqa: F403
from .figures import __all__ as _figures
from .harvest import *  # noqa: F403
from .harvest import __all__ as _harvest
from .indicator import *  # noqa: F403
from .indicator import __all__ as _indicator
from .measure import *  # noqa: F403
from .measure import __all__ as _measure
from .measure_draft import *  # noqa: F403
from .measure_draft import __all__ as _measure_draft
from .milestone import *  # noqa: F403
from .milestone import __all__ as _milestone
from .note import *  # noqa: F403
from .note import __all__ as _note
from .organisation import *  # noqa: F403
from .organisation import __all__ as _organisation
from .page_pdf import *  # noqa: F403
from .page_pdf import __all__ as _page_pdf
from .quality import *  # noqa: F403
from .quality import __all__ as _quality
from .recent_change import *  # noqa: F403
from .recent_change import __all__ as _recent_change
from .release import *  # noqa: F403
from .release import __all__ as _release
from .report import *  # noqa: F403
from .report import __all__ as _report
from .report_import import *  # noqa: F403
from .report_import import __all__ as _report_import
from .report_template import *  # noqa: F403
from .report_template import __all__ as _report_template
from .sitting import *  # noqa: F403
from .sitting import __all__ as _sitting
from .source import *  # noqa: F403
from .source import __all__ as _source
from .source_check import *  # noqa: F403
from .source_check import __all__ as _source_check
from .statement import *  # noqa: F403
from .statement import __all__ as _statement
from .synonym import *  # noqa: F403
from .synonym import __all__ as _synonym
from .table import *  # noqa: F403
from .table import __all__ as _table
from .table_import import *  # noqa: F403
from .table_import import __all__ as _table_import
from .table_rows import *  # noqa: F403
from .table_rows import __all__ as _table_rows
from .table_use import *  # noqa: F403
from .table_use import __all__ as _table_use

__all__ = [
    *_account,
    *_catalogue_search,
    *_chained,
    *_city_text,
    *_coverage,
    *_dcat,
    *_delivery,
    *_comparison,
    *_council,
    *_desk,
    *_figures,
    *_harvest,
    *_indicator,
    *_measure,
    *_measure_draft,
    *_milestone,
    *_note,
    *_organisation,
    *_own_publish,
    *_own_table,
    *_own_version,
    *_quality,
    *_recent_change,
    *_release,
    *_report,
    *_report_import,
    *_report_template,
    *_page_pdf,
    *_seen,
    *_sitting,
    *_source,
    *_source_check,
    *_statement,
    *_synonym,
    *_table,
    *_table_import,
    *_table_rows,
    *_table_use,
]
