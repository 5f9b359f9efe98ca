"""What people type: council papers in any spelling, and characters that are syntax elsewhere."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from search_documents import document
from suite_settings import examples

from ckanext.digitalms.search import query

PAPERS = {
    "dms": "Beschluss V/0954/2018 und V/0144/2018",
    "portal": "siehe V/0143/2018",
    "breitband": "Vorlage V/0103/2019, V/0969/2016",
    "strategie": "V/0989/2017/V/0989/2017/1",
    "nur-ergaenzung": "V/0989/2017/1. Erg.",
    "wlan": "R/0045/2016 (Antrag)",
    "zahlen": "2018 gab es 143 und 144 Vorlagen, 0143 auch",
}


@pytest.fixture
def papers(put):
    put([document(name, name.title(), notes=notes) for name, notes in PAPERS.items()])


CITED = [
    ("V/0954/2018", {"dms"}),
    ("V/0144/2018", {"dms"}),
    ("V/0143/2018", {"portal"}),
    ("v-0143-2018", {"portal"}),
    ("0143/2018", {"portal"}),
    ("143/2018", {"portal"}),
    ("Vorlage: V/0103/2019", {"breitband"}),
    ("Vorlage: V/0103/2019 (Breitband)", {"breitband"}),
    ("Was steht in 0103/2019?", {"breitband"}),
    ("V/0989/2017", {"strategie"}),
    ("V-0989-2017", {"strategie"}),
    ("0989/2017", {"strategie"}),
    ("V/0989/2017/1", {"strategie", "nur-ergaenzung"}),
    ("V/0989/2017, 1. Ergänzung", {"strategie", "nur-ergaenzung"}),
    ("R/0045/2016", {"wlan"}),
    ("0045/2016", {"wlan"}),
    ("V/0045/2016", set()),
    ("V/0143/2018 V/0103/2019", {"portal", "breitband"}),
    ("V/0154/2018", set()),
    ('"V/0143/2018"', {"portal"}),
    ("(V/0143/2018)", {"portal"}),
    ("Ratsvorlage V/0143/2018/", {"portal"}),
]


def test_council_papers(papers, find):
    """A number finds exactly what cites that paper."""
    assert {typed: set(find(typed)) for typed, _ in CITED} == dict(CITED)


def test_words_beside_a_paper_rank(put, find):
    """The paper decides what is found, the words which comes first."""
    put(
        [
            document("a-eins", "Eins", notes="V/0103/2019"),
            document("b-zwei", "Zwei", notes="V/0103/2019 zum Breitbandausbau"),
        ]
    )
    assert find("Breitbandausbau V/0103/2019") == ["b-zwei", "a-eins"]


NASTY = [
    ":",
    "a:b",
    "Titel: Schule",
    "http://example.org/a?b=c#d",
    "/",
    "//",
    "/regex/",
    "a/b",
    '"',
    '""',
    '"a',
    'a "b" "c',
    "(",
    ")(",
    "[a TO",
    "{!lucene}a",
    "x {!type=dismax",
    "_query_:a",
    "a _val_:b",
    "AND",
    "AND AND",
    "a AND",
    "OR b",
    "NOT",
    "a OR OR b",
    "&&",
    "a || b",
    "+",
    "-",
    "--",
    "+-a",
    "- a",
    "a -",
    "-a",
    "*",
    "?",
    "a*",
    "~",
    "a~2",
    "^",
    "a^9",
    "\\",
    "a\\",
    "\x00",
    "a\x00b",
    "\ud83d\ude00",
    "Bürger:innen",
    "C++",
    "'",
    "a" * 40_000,
    "wort " * 5_000,
    "%",
    "<script>alert(1)</script>",
    "; DROP TABLE",
    "\u202e",
    "V/",
    "0000/2019",
    "E-Akte",
    "name:",
    "title: x",
]


def test_nothing_typed_is_an_error(papers, find):
    """Whatever is typed, the search answers."""
    for typed in NASTY:
        find(typed)


@given(st.text(alphabet=st.sampled_from(list("aB1:/\\()[]{}^~*?!&|+-\"' ANDORT.,;<>=_#@äß\n")), max_size=30))
@settings(
    max_examples=examples(100), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_nothing_typed_is_an_error_ever(papers, find, typed):
    """Nor is any other mixture of such characters, unless it names a field of the index."""
    if not query.names_fields(typed):
        find(typed)


class TestFieldQueries:
    def test_a_script_may_name_fields(self, papers, find):
        """CKAN's own and scripts' field queries stay as they are."""
        for asked in (
            "name:dms",
            "title:Dms AND state:active",
            "+name:(dms OR wlan) -name:wlan",
            "*:* AND name:dms",
        ):
            assert find(asked) == ["dms"]

    def test_filters(self, papers, find):
        """Filters are left alone, also beside a paper."""
        assert find("V/0989/2017/1", fq="name:strategie") == ["strategie"]


def test_gendered_forms(put, find):
    """Bürger:innen, Bürger*innen and Bürgerinnen are one word."""
    put([document("eins", "Bürgerinnen"), document("zwei", "Bürger*innen"), document("drei", "Bürger:innen")])
    for typed in ("Bürger:innen", "Bürger*innen", "Bürger_innen", "Bürgerin", "Buergerinnen"):
        assert set(find(typed)) == {"eins", "zwei", "drei"}, typed


def test_hyphens_and_capitals(put, find):
    """A hyphen or a capital within a word does not matter."""
    put([document("eins", "Die E-Akte kommt"), document("zwei", "Etwas anderes")])
    for typed in ("E-Akte", "E-Akten", "eAkte", "EAkte", "e-akte"):
        assert find(typed) == ["eins"]


def test_a_search_page_answers(papers, app):
    """The page answers 200 for anything typed."""
    for typed in ("Vorlage: V/0103/2019", 'a "b', "{!lucene}", "a AND"):
        assert app.get(tk.url_for("dataset.search", q=typed)).status_code == 200
