"""Nodes as Turtle, RDF/XML and JSON-LD.

The nodes know few kinds of values (:mod:`.describing`), so each form is a line for each value. What rdflib
reads of the three is the same graph; it writes them twenty times as slowly, and cannot join what is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import msgspec

from .describing import Node
from .namespaces import PREFIXES, expanded

Written = Callable[[Iterable[Node]], str]


def _each_once(nodes: Iterable[Node]) -> Iterator[Node]:
    """Leave out what another dataset has said in the same words, such as who publishes it."""
    seen: set[bytes] = set()
    for one in nodes:
        told = msgspec.json.encode(one)
        if told not in seen:
            seen.add(told)
            yield one


def _kinds(node: Node) -> Iterator[str]:
    yield from (kind if kind.startswith("http") else expanded(kind) for kind in node["@type"])


def _properties(node: Node) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    return ((name, found) for name, found in node.items() if name[0] != "@")


def turtle(nodes: Iterable[Node]) -> str:
    """Write Turtle."""
    lines = [f"@prefix {name}: <{iri}> ." for name, iri in PREFIXES.items()]
    for one in _each_once(nodes):
        kinds = " , ".join(f"<{kind}>" if kind.startswith("http") else kind for kind in one["@type"])
        told = [f"a {kinds}"]
        told += [f"{name} {' , '.join(map(_turtle_value, found))}" for name, found in _properties(one)]
        lines.append(f"\n<{one['@id']}> {f' ;{chr(10)}    '.join(told)} .")
    return "\n".join(lines) + "\n"


def _turtle_value(value: dict[str, str]) -> str:
    if "@id" in value:
        return f"<{value['@id']}>"
    # a text of JSON is one of Turtle, too
    told = msgspec.json.encode(value["@value"]).decode()
    if "@language" in value:
        return f"{told}@{value['@language']}"
    return f"{told}^^{value['@type']}" if "@type" in value else told


def rdf_xml(nodes: Iterable[Node]) -> str:
    """Write RDF/XML."""
    spaces = "".join(f"\n  xmlns:{name}={quoteattr(iri)}" for name, iri in PREFIXES.items())
    lines = [f'<?xml version="1.0" encoding="utf-8"?>\n<rdf:RDF{spaces}>']
    for one in _each_once(nodes):
        lines.append(f"<rdf:Description rdf:about={quoteattr(one['@id'])}>")
        lines += [f"  <rdf:type rdf:resource={quoteattr(kind)}/>" for kind in _kinds(one)]
        lines += [f"  {_element(name, value)}" for name, found in _properties(one) for value in found]
        lines.append("</rdf:Description>")
    return "\n".join([*lines, "</rdf:RDF>\n"])


def _element(name: str, value: dict[str, str]) -> str:
    if "@id" in value:
        return f"<{name} rdf:resource={quoteattr(value['@id'])}/>"
    mark = f' xml:lang="{value["@language"]}"' if "@language" in value else ""
    kind = f" rdf:datatype={quoteattr(expanded(value['@type']))}" if "@type" in value else ""
    # a reader of XML makes a line feed of a carriage return, unless it is written as a number
    return f"<{name}{mark}{kind}>{escape(value['@value'], {chr(13): '&#13;'})}</{name}>"


def json_ld(nodes: Iterable[Node]) -> str:
    """Write flattened JSON-LD."""
    told = {"@context": PREFIXES, "@graph": list(_each_once(nodes))}
    return msgspec.json.encode(told).decode()


# by the ending of an address: the media type, and what writes it
FORMS: dict[str, tuple[str, Written]] = {
    "ttl": ("text/turtle", turtle),
    "rdf": ("application/rdf+xml", rdf_xml),
    "xml": ("application/rdf+xml", rdf_xml),
    "jsonld": ("application/ld+json", json_ld),
}
