"""The lists of words that DCAT-AP.de 3.0 prescribes, as far as forms offer them and datasets use them.

Source: the authority tables of the Publications Office of the European Union and of dcat-ap.de.
"""

from __future__ import annotations

import re

from ckanext.digitalms.messages import N_
from ckanext.digitalms.vocabularies import Frequency, Term

from .namespaces import DE, EU

_THEMES = f"{EU}data-theme/"


class Theme(Term):
    """What data are about, by the European vocabulary."""

    GOVERNMENT = (f"{_THEMES}GOVE", N_("government and public sector"))
    TECHNOLOGY = (f"{_THEMES}TECH", N_("science and technology"))
    REGIONS = (f"{_THEMES}REGI", N_("regions and cities"))
    SOCIETY = (f"{_THEMES}SOCI", N_("population and society"))
    ECONOMY = (f"{_THEMES}ECON", N_("economy and finance"))
    EDUCATION = (f"{_THEMES}EDUC", N_("education, culture and sport"))
    ENERGY = (f"{_THEMES}ENER", N_("energy"))
    ENVIRONMENT = (f"{_THEMES}ENVI", N_("environment"))
    HEALTH = (f"{_THEMES}HEAL", N_("health"))
    JUSTICE = (f"{_THEMES}JUST", N_("justice, legal system and public safety"))
    AGRICULTURE = (f"{_THEMES}AGRI", N_("agriculture, fisheries, forestry and food"))
    TRANSPORT = (f"{_THEMES}TRAN", N_("transport"))
    INTERNATIONAL = (f"{_THEMES}INTR", N_("international issues"))
    PROVISIONAL = (f"{_THEMES}OP_DATPRO", N_("provisional data"))


_AVAILABILITIES = f"{EU}planned-availability/"


class Availability(Term):
    """For how long data can be counted on, by the European vocabulary."""

    STABLE = (f"{_AVAILABILITIES}STABLE", N_("for years"))
    AVAILABLE = (f"{_AVAILABILITIES}AVAILABLE", N_("for the next few years"))
    TEMPORARY = (f"{_AVAILABILITIES}TEMPORARY", N_("for some time"))
    EXPERIMENTAL = (f"{_AVAILABILITIES}EXPERIMENTAL", N_("as an experiment"))


_LEVELS = f"{DE}politicalGeocoding/Level/"


class PoliticalLevel(Term):
    """Which level of the administration data are of, by the German vocabulary."""

    MUNICIPALITY = (f"{_LEVELS}municipality", N_("municipality"))
    DISTRICT = (f"{_LEVELS}administrativeDistrict", N_("district (Kreis)"))
    STATE = (f"{_LEVELS}state", N_("federal state"))
    FEDERAL = (f"{_LEVELS}federal", N_("federation"))
    INTERNATIONAL = (f"{_LEVELS}international", N_("international"))


_VALUABLE = "http://data.europa.eu/bna/"


class ValuableCategory(Term):
    """The categories of high-value datasets of the regulation (EU) 2023/138."""

    GEOSPATIAL = (f"{_VALUABLE}c_ac64a52d", N_("geospatial"))
    ENVIRONMENT = (f"{_VALUABLE}c_dd313021", N_("earth observation and environment"))
    WEATHER = (f"{_VALUABLE}c_164e0bf5", N_("meteorological"))
    STATISTICS = (f"{_VALUABLE}c_e1da4e07", N_("statistics"))
    COMPANIES = (f"{_VALUABLE}c_a9135398", N_("companies and company ownership"))
    MOBILITY = (f"{_VALUABLE}c_b79e35eb", N_("mobility"))


# by the name that the fields of a dataset call them
CHOICES: dict[str, type[Term]] = {
    "theme": Theme,
    "political_level": PoliticalLevel,
    "availability": Availability,
    "hvd_category": ValuableCategory,
}
VALUABLE_LAW = "http://data.europa.eu/eli/reg_impl/2023/138/oj"
GERMAN = f"{EU}language/DEU"
PUBLIC = f"{EU}access-right/PUBLIC"
STATISTICAL = f"{EU}dataset-type/STATISTICAL"
LOCAL_AUTHORITY = "http://purl.org/adms/publishertype/LocalAuthority"
MODEL_DATASETS = "https://musterdatenkatalog.de/def/musterdatensatz/"
CONTRIBUTORS = f"{DE}contributors/"
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"

LICENSES = f"{DE}licenses/"
# what GovData itself takes where none is stated
NO_LICENSE = f"{LICENSES}other-closed"
# those that a direct feed to data.europa.eu names by its own list
EU_LICENSES = {
    f"{LICENSES}{german}": f"{EU}licence/{european}"
    for german, european in (
        ("dl-by-de/2.0", "DLDE_BY_2_0"),
        ("dl-zero-de/2.0", "DLDE_ZERO_2_0"),
        ("cc-by/4.0", "CC_BY_4_0"),
        ("cc-by-sa/4.0", "CC_BYSA_4_0"),
        ("cc-zero", "CC0"),
        ("odbl", "ODC_BL"),
        ("odby", "ODC_BY"),
        ("odcpddl", "ODC_PDDL"),
    )
}

# the file types of the European list, by how a format is written, in capital letters without signs
_FILE_TYPES = {
    "CSV": "CSV",
    "TSV": "TSV",
    "JSON": "JSON",
    "GEOJSON": "GEOJSON",
    "JSONLD": "JSON_LD",
    "XLSX": "XLSX",
    "XLS": "XLS",
    "ODS": "ODS",
    "ODT": "ODT",
    "DOCX": "DOCX",
    "DOC": "DOC",
    "PDF": "PDF",
    "TXT": "TXT",
    "HTML": "HTML",
    "XML": "XML",
    "GML": "GML",
    "KML": "KML",
    "KMZ": "KMZ",
    "SHP": "SHP",
    "SHAPE": "SHP",
    "GPKG": "GPKG",
    "GEOPACKAGE": "GPKG",
    "ZIP": "ZIP",
    "WMS": "WMS_SRVC",
    "WFS": "WFS_SRVC",
    "ICS": "ICS",
    "ICAL": "ICS",
    "RSS": "RSS",
    "ATOM": "ATOM",
    "PNG": "PNG",
    "JPEG": "JPEG",
    "JPG": "JPEG",
    "TIFF": "TIFF",
    "TURTLE": "RDF_TURTLE",
    "TTL": "RDF_TURTLE",
    "RDF": "RDF_XML",
    "RDFXML": "RDF_XML",
    "PARQUET": "PARQUET",
}
# and what such a file is sent as, where nobody says it
_MEDIA_TYPES = {
    "CSV": "text/csv",
    "JSON": "application/json",
    "GEOJSON": "application/geo+json",
    "JSON_LD": "application/ld+json",
    "XLSX": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ODS": "application/vnd.oasis.opendocument.spreadsheet",
    "PDF": "application/pdf",
    "TXT": "text/plain",
    "HTML": "text/html",
    "XML": "application/xml",
    "ZIP": "application/zip",
    "ICS": "text/calendar",
    "RDF_TURTLE": "text/turtle",
    "RDF_XML": "application/rdf+xml",
}
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*")
_SIGNS = re.compile("[^A-Z0-9]")


def file_type(told: str) -> str | None:
    """Return the IRI of a format in the European list, or nothing where that does not know it."""
    found = _FILE_TYPES.get(_SIGNS.sub("", told.upper().rpartition("/")[2]))
    return f"{EU}file-type/{found}" if found else None


def media_type(told: str, kind: str | None) -> str | None:
    """Return the IRI of a media type, by what is told or by the file type."""
    words = told.casefold().partition(";")[0].strip()
    if not _MEDIA_TYPE.fullmatch(words):
        words = _MEDIA_TYPES.get((kind or "").rpartition("/")[2], "")
    return f"{MEDIA_TYPES}{words}" if words else None


def place(code: str) -> str | None:
    """Return the IRI of an official key (AGS) in the German lists, by its number of digits."""
    kinds = {2: "stateKey", 3: "governmentDistrictKey", 5: "districtKey", 8: "municipalityKey"}
    kind = kinds.get(len(code)) if code.isascii() and code.isdigit() else None
    return f"{DE}politicalGeocoding/{kind}/{code}" if kind else None


def level(code: str) -> str:
    """Return the level of the administration whose key this is."""
    levels = {2: PoliticalLevel.STATE, 5: PoliticalLevel.DISTRICT}
    return str(levels.get(len(code), PoliticalLevel.MUNICIPALITY))


# in which list each value stands that datasets use: what the shapes ask, and what is only to be had online
SCHEMES: dict[str, str] = {
    **{str(one): f"{EU}data-theme" for one in Theme},
    **{str(one): f"{EU}planned-availability" for one in Availability},
    **{str(one): f"{EU}frequency" for one in Frequency},
    **{str(one): f"{DE}politicalGeocoding/Level" for one in PoliticalLevel},
    **{f"{EU}file-type/{one}": f"{EU}file-type" for one in set(_FILE_TYPES.values())},
    GERMAN: f"{EU}language",
    PUBLIC: f"{EU}access-right",
    STATISTICAL: f"{EU}dataset-type",
    LOCAL_AUTHORITY: "http://purl.org/adms/publishertype/1.0",
    **{
        f"{LICENSES}{one}": f"{DE}licenses"
        for one in (
            *("dl-by-de/2.0", "dl-zero-de/2.0", "cc-by/4.0", "cc-by-sa/4.0", "cc-by", "cc-by-sa", "cc-zero"),
            *("odbl", "odby", "odcpddl", "officialWork", "geonutz/20130319"),
            *("other-open", "other-closed", "other-commercial", "other-freeware"),
        )
    },
    f"{CONTRIBUTORS}openNRW": f"{DE}contributors",
}
