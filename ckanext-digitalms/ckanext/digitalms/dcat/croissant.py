"""A dataset with a table as Croissant 1.0 (MLCommons): its files, and what each column holds.

Files are named by the addresses of their release, which stay, so that a checksum holds for good.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .facts import Dataset

Json = dict[str, Any]

VERSION = "http://mlcommons.org/croissant/1.0"
# as the specification has it; programs warn of any other
_CONTEXT: Json = {
    "@language": "de",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
# by the type of the Table Schema; all else is text
_TYPES = {
    "integer": "sc:Integer",
    "number": "sc:Float",
    "boolean": "sc:Boolean",
    "date": "sc:Date",
    "datetime": "sc:DateTime",
}


@dataclass(frozen=True)
class File:
    """A file of a release: its name, address, media type, bytes and SHA-256."""

    name: str
    address: str
    media_type: str
    size: int
    sha256: str


def document(
    told: Dataset, *, version: str, issued: str, license_page: str, table: str, schema: Mapping[str, Any],
    files: Iterable[File],
) -> Json:  # fmt: skip
    """Return the dataset.

    Args:
        told: its facts.
        version: of the release.
        issued: the day of the release.
        license_page: where the terms stand, or nothing.
        table: the name of the table; its CSV file is ``NAME.csv``.
        schema: the Table Schema of the CSV file.
        files: of the release.
    """
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": VERSION,
        "name": told.title,
        "description": told.description,
        "url": told.page,
        "identifier": told.identifier,
        "license": license_page or told.license.iri,
        "citeAs": told.license.attribution,
        "creator": {"@type": "sc:Organization", "name": (told.creator or told.publisher).name},
        "publisher": {"@type": "sc:Organization", "name": told.publisher.name},
        "datePublished": issued,
        "version": version,
        "inLanguage": "de",
        **({"keywords": list(told.keywords)} if told.keywords else {}),
        "distribution": [_file(one) for one in files],
        "recordSet": [_records(table, schema)],
    }


def _file(told: File) -> Json:
    return {
        "@type": "cr:FileObject",
        "@id": told.name,
        "name": told.name,
        "contentUrl": told.address,
        "contentSize": f"{told.size} B",
        "encodingFormat": told.media_type,
        "sha256": told.sha256,
    }


def _records(table: str, schema: Mapping[str, Any]) -> Json:
    key = schema.get("primaryKey") or []
    names = [key] if isinstance(key, str) else key
    return {
        "@type": "cr:RecordSet",
        "@id": table,
        "name": table,
        "description": str(schema.get("description") or schema.get("title") or table),
        **({"key": [{"@id": f"{table}/{name}"} for name in names]} if names else {}),
        "field": [_field(table, one) for one in schema["fields"]],
    }


def _field(table: str, told: Mapping[str, Any]) -> Json:
    words = dict.fromkeys(part for part in (told.get("title"), told.get("description")) if part)
    return {
        "@type": "cr:Field",
        "@id": f"{table}/{told['name']}",
        "name": told["name"],
        "description": ": ".join(words) or told["name"],
        "dataType": _TYPES.get(told["type"], "sc:Text"),
        "source": {"fileObject": {"@id": f"{table}.csv"}, "extract": {"column": told["name"]}},
    }
