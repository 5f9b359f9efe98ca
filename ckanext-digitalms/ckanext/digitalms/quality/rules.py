"""The indicators of data.europa.eu (Metadata Quality Assessment) with their points: 405 in all."""

from __future__ import annotations

from dataclasses import dataclass

from ckanext.digitalms.dcat.namespaces import EU
from ckanext.digitalms.messages import N_
from ckanext.digitalms.vocabularies import Term

# another number wherever points or what they are given for change
VERSION = "MQA-405-1"
MOST = 405


class Dimension(Term):
    """What an indicator is good for."""

    FINDABILITY = ("findability", N_("findability"))
    ACCESSIBILITY = ("accessibility", N_("accessibility"))
    INTEROPERABILITY = ("interoperability", N_("interoperability"))
    REUSABILITY = ("reusability", N_("reusability"))
    CONTEXTUALITY = ("contextuality", N_("context"))


class Band(Term):
    """How data.europa.eu calls a number of points."""

    EXCELLENT = ("excellent", N_("excellent"))
    GOOD = ("good", N_("good"))
    SUFFICIENT = ("sufficient", N_("sufficient"))
    BAD = ("bad", N_("bad"))


_BANDS = ((351, Band.EXCELLENT), (221, Band.GOOD), (121, Band.SUFFICIENT))


def band(points: int) -> Band:
    """Return how a number of points is called."""
    return next((name for least, name in _BANDS if points >= least), Band.BAD)


@dataclass(frozen=True)
class Indicator:
    """Something that is looked at.

    Args:
        code: its name in the table.
        dimension: what it is good for.
        points: for it.
        label: what is looked at.
        field: of the form that mends it, or an empty text.
        remedy: what to do.
        of_file: whether a file says it; the best file of a dataset counts.
    """

    code: str
    dimension: Dimension
    points: int
    label: str
    field: str
    remedy: str
    of_file: bool = False


_FORMAT = N_("Say the format of a file, such as CSV, by a word of the list.")
_UPLOAD = N_("Upload the file here: then it has a size and an address that is there.")
_LICENSE = N_("Choose a licence of the list.")
_OURS = N_("The catalogue says this by itself.")


def _of(dimension: Dimension, *told: tuple[str, int, str, str, str], of_file: bool) -> tuple[Indicator, ...]:
    return tuple(
        Indicator(code, dimension, points, label, field, remedy, of_file)
        for code, points, label, field, remedy in told
    )


INDICATORS: tuple[Indicator, ...] = (
    *_of(
        Dimension.FINDABILITY,
        ("keyword", 30, N_("keywords"), "tag_string", N_("Add a keyword or two.")),
        (
            "theme",
            30,
            N_("topic"),
            "theme",
            N_("Choose a topic, here or for all datasets at the organisation."),
        ),
        (
            "spatial",
            20,
            N_("area"),
            "area_code",
            N_("Enter the official key of the area that the data are of."),
        ),
        (
            "temporal",
            20,
            N_("period"),
            "temporal_start",
            N_("Enter from when on the data are, or until when."),
        ),
        of_file=False,
    ),
    *_of(
        Dimension.ACCESSIBILITY,
        (
            "access_url_answers",
            50,
            N_("address answers"),
            "resources",
            N_("Give a file an address that is there."),
        ),
        ("download_url", 20, N_("file to download"), "resources", N_("Add a file or its address.")),
        ("download_url_answers", 30, N_("download answers"), "resources", _UPLOAD),
        of_file=True,
    ),
    *_of(
        Dimension.INTEROPERABILITY,
        ("format", 20, N_("format"), "resources", _FORMAT),
        ("media_type", 10, N_("media type"), "resources", _FORMAT),
        ("format_known", 10, N_("format of the European list"), "resources", _FORMAT),
        ("non_proprietary", 20, N_("free format"), "resources", N_("Add the data as CSV or JSON, too.")),
        (
            "machine_readable",
            20,
            N_("machine-readable"),
            "resources",
            N_("Add the data as CSV or JSON, too."),
        ),
        of_file=True,
    ),
    *_of(
        Dimension.INTEROPERABILITY,
        (
            "conform",
            30,
            N_("keeps the rules of DCAT-AP"),
            "",
            N_("Mend what stands under “For other portals (DCAT-AP.de)”."),
        ),
        of_file=False,
    ),
    *_of(
        Dimension.REUSABILITY,
        ("license", 20, N_("licence"), "license_id", _LICENSE),
        (
            "license_known",
            10,
            N_("licence of the European list"),
            "",
            N_(
                "German portals take the German list only; the feed with ?licenses=eu names the European one "
                "and has these points."
            ),
        ),
        of_file=True,
    ),
    *_of(
        Dimension.REUSABILITY,
        ("access_rights", 10, N_("who may read"), "", _OURS),
        ("access_rights_known", 5, N_("who may read, by the European list"), "", _OURS),
        ("contact_point", 20, N_("contact"), "contact_email", N_("Enter a mailbox for questions.")),
        (
            "publisher",
            10,
            N_("publisher"),
            "owner_org",
            N_("Choose the organisation that publishes the data."),
        ),
        of_file=False,
    ),
    *_of(
        Dimension.CONTEXTUALITY,
        ("rights", 5, N_("terms in words"), "license_id", _LICENSE),
        ("byte_size", 5, N_("size of the file"), "resources", _UPLOAD),
        ("issued", 5, N_("published on"), "", _OURS),
        ("modified", 5, N_("changed on"), "", _OURS),
        of_file=True,
    ),
)
BY_CODE = {one.code: one for one in INDICATORS}

FILE_TYPES = f"{EU}file-type/"
EU_LICENCES = f"{EU}licence/"
EU_ACCESS = f"{EU}access-right/"
IANA = "https://www.iana.org/assignments/media-types/"
_FREE_AND_READABLE = frozenset(
    (
        *("CSV", "GEOJSON", "ICS", "JSON", "JSON_LD", "KML", "KMZ", "NETCDF", "ODS", "RSS", "XML"),
        *("RDF_N_QUADS", "RDF_N_TRIPLES", "RDF_TRIG", "RDF_TURTLE", "RDF_XML"),
    )
)
MACHINE_READABLE = _FREE_AND_READABLE | {"RDFA", "SHP", "XLS", "XLSX"}
NON_PROPRIETARY = _FREE_AND_READABLE | {
    *("BMP", "DBF", "GPKG", "GZIP", "HTML", "JPEG2000", "PNG", "RTF", "TAR", "TIFF", "TSV", "TXT"),
    *("WMS_SRVC", "ZIP"),
}
