"""Whether what is said of datasets keeps the rules of DCAT-AP.de: SHACL, without the network.

The rules come from a folder (the shapes of GovData and the European Commission), or are our own
(``rules.ttl``): those of the properties that are said here. Whether a value stands in its list is told by
what we know of the lists, since their tables are only to be had online.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import msgspec
from cachetools import LRUCache, cached

from . import describing, writing
from .namespaces import PREFIXES
from .vocabularies import SCHEMES

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

_KEPT = 500  # results of that many datasets
_SHACL = "http://www.w3.org/ns/shacl#"


@dataclass(frozen=True)
class Result:
    """What is wrong at one node.

    Args:
        severity: ``Violation``, ``Warning`` or ``Info``.
        focus: the IRI of the node.
        path: the property, as a short name where it has one.
        value: that is wrong, or an empty text where one is missing.
        message: as the rule says it.
    """

    severity: str
    focus: str
    path: str
    value: str
    message: str


class ShapesError(Exception):
    """A folder of shapes that cannot be read; its text says why."""


def _same(nodes: list[describing.Node], folder: Path | None = None) -> tuple[bytes, Hashable]:
    return hashlib.sha256(msgspec.json.encode(nodes)).digest(), (folder, _stamp(folder))


@cached(LRUCache(_KEPT), key=_same, lock=Lock())
def check_once(nodes: list[describing.Node], folder: Path | None = None) -> list[Result]:
    """Return what :func:`check` does; the same nodes and rules are not checked again."""
    return check(nodes, folder)


def check(nodes: Iterable[describing.Node], folder: Path | None = None) -> list[Result]:
    """Return everything that is wrong with some nodes, the gravest first.

    Args:
        nodes: of datasets, or of a whole catalogue.
        folder: of the shapes; without one our own rules count.

    Raises:
        ShapesError: the folder has no shapes, or no Turtle.
    """
    import pyshacl
    from rdflib import Graph

    told = list(nodes)
    data = Graph().parse(data=writing.turtle(told), format="turtle")
    data += _lists(folder, _stamp(folder))
    _, report, _ = pyshacl.validate(
        data, shacl_graph=_shapes(folder, _stamp(folder)), inference="none", advanced=True
    )
    found = (placed for one in _results(report) for placed in _placed(one, told))
    return sorted(dict.fromkeys(found), key=lambda one: (_ORDER.get(one.severity, 3), one.focus, one.path))


def _placed(result: Result, nodes: list[describing.Node]) -> Iterator[Result]:
    """Give a result at the node that says it.

    That a value stands in no list is told at the value, and what is wrong in the lists is not ours.
    """
    if result.path != "skos:inScheme" and any(one["@id"] == result.focus for one in nodes):
        yield result
        return
    for one in nodes:
        for name, found in one.items():
            if name[0] != "@" and {"@id": result.focus} in found:
                yield replace(result, focus=one["@id"], path=name, value=result.focus)


_ORDER = {"Violation": 0, "Warning": 1, "Info": 2}


def _results(report: Graph) -> Iterator[Result]:
    from rdflib import RDF, URIRef

    def told(result: Node, name: str) -> str:
        found = report.value(result, URIRef(_SHACL + name))
        return str(found) if found is not None else ""

    for result in report.subjects(RDF.type, URIRef(f"{_SHACL}ValidationResult")):
        severity = told(result, "resultSeverity").removeprefix(_SHACL)
        path = shortened(told(result, "resultPath"))
        yield Result(
            severity, told(result, "focusNode"), path, told(result, "value"), told(result, "resultMessage")
        )


def shortened(iri: str) -> str:
    """Return the short name of a property, or its IRI where it has none."""
    for name, space in PREFIXES.items():
        if iri.startswith(space):
            return f"{name}:{iri.removeprefix(space)}"
    return iri


def _stamp(folder: Path | None) -> tuple[tuple[str, int], ...]:
    """Name the files of a folder as they are now."""
    found = sorted(one for one in folder.rglob("*") if one.is_file()) if folder else []
    return tuple((str(one), one.stat().st_mtime_ns) for one in found)


@lru_cache(maxsize=2)
def _shapes(folder: Path | None, stamp: tuple[tuple[str, int], ...]) -> Graph:
    from rdflib import Graph

    shapes = Graph()
    if folder is None:
        own = files(__package__ or "").joinpath("rules.ttl").read_text("utf-8")
        return shapes.parse(data=own, format="turtle")
    _read_into(shapes, (path for path, _ in stamp if path.endswith(".ttl")), "turtle")
    if not len(shapes):
        raise ShapesError(f"{folder}: no file with shapes (*.ttl)")
    return shapes


@lru_cache(maxsize=2)
def _lists(folder: Path | None, stamp: tuple[tuple[str, int], ...]) -> Graph:
    """Return which value stands in which list: what we know, and the lists that stand beside the shapes."""
    from rdflib import Graph, URIRef
    from rdflib.namespace import SKOS

    known = Graph()
    for value, scheme in SCHEMES.items():
        known.add((URIRef(value), SKOS.inScheme, URIRef(scheme)))
    if folder is not None:
        _read_into(known, (path for path, _ in stamp if path.endswith(".rdf")), "xml")
    return known


def _read_into(graph: Graph, paths: Iterable[str], form: str) -> None:
    from rdflib.exceptions import ParserError
    from rdflib.plugins.parsers.notation3 import BadSyntax

    for path in paths:
        try:
            graph.parse(path, format=form)
        except (ParserError, BadSyntax, OSError, ValueError, SyntaxError) as error:
            raise ShapesError(f"{path}: {str(error)[:200]}") from error
