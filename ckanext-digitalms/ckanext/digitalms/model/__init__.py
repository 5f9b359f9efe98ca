"""Tables of the extension, one per file; created by the migrations in ``migration/digitalms``."""

from .admission import Admission
from .area_list import AreaList
from .catalogue_figure import CatalogueFigure
from .city_text import CityText
from .coverage_area import CoverageArea
from .coverage_edition import CoverageEdition
from .dataset_quality import DatasetQuality
from .delivery import Delivery
from .desk_visit import DeskVisit
from .harvest_finding import HarvestFinding
from .harvest_identity import HarvestIdentity
from .harvest_notice import HarvestNotice
from .harvest_question import HarvestQuestion
from .internal_note import InternalNote
from .organisation_name import OrganisationName
from .package_index import PACKAGE_INDEXES
from .redaction import Redaction
from .release import Release
from .report import CouncilReport
from .report_import import ReportImport
from .report_version import ReportVersion
from .retraction import Retraction
from .sitting_calendar import SittingCalendar
from .statement import StatementRow
from .synonym_list import SynonymList
from .table_name import TableName
from .use_count import UseCount

__all__ = [
    "PACKAGE_INDEXES",
    "Admission",
    "AreaList",
    "CatalogueFigure",
    "CityText",
    "CouncilReport",
    "CoverageArea",
    "CoverageEdition",
    "DatasetQuality",
    "Delivery",
    "DeskVisit",
    "HarvestFinding",
    "HarvestIdentity",
    "HarvestNotice",
    "HarvestQuestion",
    "InternalNote",
    "OrganisationName",
    "Redaction",
    "Release",
    "ReportImport",
    "ReportVersion",
    "Retraction",
    "SittingCalendar",
    "StatementRow",
    "SynonymList",
    "TableName",
    "UseCount",
]
