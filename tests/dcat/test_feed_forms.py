"""The three forms say the same graph, whatever texts are in it; rdflib reads them."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rdflib import Graph
from rdflib.compare import isomorphic

from ckanext.digitalms.dcat import values
from ckanext.digitalms.dcat.describing import links, literal, node, words
from ckanext.digitalms.dcat.writing import FORMS, json_ld, rdf_xml, turtle

pytestmark = pytest.mark.pure


def read(text, form):
    return Graph().parse(data=text, format=form)


@given(st.text(max_size=60))
@example('"""\\ <b> & ]]> \r\n @de . \u0085 \u2028 🚀')
@example("\\u0041 \ud800 \x00 \ufffe")
def test_any_text(text):
    """What somebody types is a text in all three, signs of RDF included."""
    told = values.text(text)
    nodes = [
        node(
            "https://x.example/1",
            ["dcat:Dataset"],
            dct_title=words(told),
            dct_identifier=literal(told),
            dcat_byteSize=literal(7, "xsd:nonNegativeInteger"),
            dct_publisher=links("https://x.example/o?a=1&b='2'"),
        )
    ]
    first = read(turtle(nodes), "turtle")
    assert isomorphic(first, read(rdf_xml(nodes), "xml"))
    assert isomorphic(first, read(json_ld(nodes), "json-ld"))
    assert len(first) == (5 if told else 3)
    if told:
        titles = [str(o) for o in first.objects(None, None) if getattr(o, "language", None) == "de"]
        assert titles == [told]


def test_the_same_node_once():
    """What several datasets say in the same words is written once."""
    publisher = node("https://x.example/o", ["foaf:Agent"], foaf_name=words("Stadt"))
    for _, write in FORMS.values():
        assert write([publisher, dict(publisher)]).count("Stadt") == 1


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("https://x.example/a b.csv", "https://x.example/a%20b.csv"),
        ("https://x.example/ä?q=<x>", "https://x.example/%C3%A4?q=%3Cx%3E"),
        ("https://x.example/a%20b", "https://x.example/a%20b"),
        ("http://[::1", None),
        ("javascript:alert(1)", None),
        ("daten.csv", None),
        ("https:// x", None),
        ("", None),
        (None, None),
    ],
)
def test_addresses(typed, told):
    """An address is an IRI, or it is not told."""
    assert values.iri(typed) == told


def test_plain_text():
    """Signs of Markdown and HTML are not shown to readers of another portal."""
    typed = "# Titel\n\nEin **fetter** [Verweis](https://x.example) &amp; <b>HTML</b>.\n\n- eins\n\n`a<b`"
    told = values.plain(typed)
    assert told.splitlines() == ["Titel", "Ein fetter Verweis &  HTML .", "- eins", "a<b"]
