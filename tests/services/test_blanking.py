"""Blanking a text in texts, JSON and the bytes of files, in whatever form it was written."""

from __future__ import annotations

import html
import io
import json
import unicodedata
import zipfile
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from ckanext.digitalms.services.redaction.blanking import Blanker
from ckanext.digitalms.services.redaction.packed_files import texts_of

pytestmark = pytest.mark.pure

MARK = "[geschwärzt]"
NAME = 'Frau "Müller" & Söhne'
BLANKER = Blanker(NAME, MARK)


@pytest.mark.parametrize(
    "written",
    [
        NAME,
        NAME.replace(" ", "\r\n"),
        NAME.replace(" ", "\u00a0  "),
        NAME.replace('"', '""'),
        unicodedata.normalize("NFD", NAME),
        html.escape(NAME),
        html.escape(NAME, quote=False),
        quote(NAME),
        json.dumps(NAME)[1:-1],
        json.dumps(NAME, ensure_ascii=False)[1:-1],
    ],
)
def test_every_form(written):
    assert BLANKER.in_text(f"vorher {written} nachher") == (f"vorher {MARK} nachher", 1)


def test_json_in_json_stays_json():
    """As CKAN keeps rows in extras, and harvest what it fetched."""
    inner = json.dumps([{"id": "1", "text": f"von {NAME}"}])
    text, count = BLANKER.in_text(json.dumps({"steps": inner, "other": 1}))
    assert count == 1
    assert json.loads(json.loads(text)["steps"]) == [{"id": "1", "text": f"von {MARK}"}]


def test_what_a_machine_reads_stays():
    blanked, count = Blanker("done", MARK).in_value(
        {
            "state": "done",
            "text": "done",
            "fields": [{"name": "done", "type": "string"}],
            "as_of": "2019-03-14",
        }
    )
    assert blanked == {
        "state": "done",
        "text": MARK,
        "fields": [{"name": "done", "type": "string"}],
        "as_of": "2019-03-14",
    }
    assert count == 1
    assert Blanker("2019", MARK).in_value({"as_of": "2019-03-14", "seen": "2019-03-14T09:30:00Z"})[1] == 0


def test_keywords_go_and_addresses_are_emptied():
    blanker = Blanker("Müller", MARK)
    assert blanker.in_value({"keywords": ["Müller", "Rat"], "url": "https://x.de/?q=M%C3%BCller"}) == (
        {"keywords": ["Rat"], "url": None},
        2,
    )
    assert blanker.in_value({"keywords": "Rat, Müller"}) == ({"keywords": "Rat"}, 1)
    assert Blanker("erika@x.de", MARK).in_value({"email": "erika@x.de"}) == ({"email": ""}, 1)


def test_a_short_text_only_where_it_stands_by_itself():
    assert Blanker("ja", MARK).in_text("ja, im Jahr: jawohl, ja") == (f"{MARK}, im Jahr: jawohl, {MARK}", 2)
    assert Blanker("Müller", MARK).in_text("Müllers Büro") == (f"{MARK}s Büro", 1)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_files_keep_their_encoding(codec):
    content, count = Blanker("Müller", MARK).in_bytes("id;text\r\n1;Frau Müller\r\n".encode(codec))
    assert count == 1
    assert content.decode(codec) == f"id;text\r\n1;Frau {MARK}\r\n"


def test_nothing_is_left_of_a_packed_file():
    book = Workbook()
    book.active.append(["id", "text"])
    book.active.append([1, NAME])
    out = io.BytesIO()
    book.save(out)
    assert BLANKER.in_bytes(out.getvalue()) == (b"", 1)
    assert Blanker("Meier", MARK).in_bytes(out.getvalue()) == (out.getvalue(), 0)


def test_a_word_cut_by_tags():
    """Word writes runs; a name may be in two of them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("word/document.xml", "<w:t>Frau Mül</w:t><w:t>ler</w:t>")
    assert Blanker("Frau Müller", MARK).is_in_bytes(out.getvalue())


def test_broken_packed_file_is_text():
    assert "PK\x03\x04 Frau Meier" in texts_of(b"PK\x03\x04 Frau Meier")


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=4, max_size=20).filter(
    lambda text: len(text.strip()) >= 4 and not text.strip().startswith(("{", "["))
)


@given(TEXTS, TEXTS, TEXTS)
def test_it_stands_nowhere_afterwards(secret, before, after):
    """In any text around it, as text and twice in JSON."""
    blanker = Blanker(secret.strip(), "\u2588")
    text = f"{before}{secret}{after}"
    blanked, count = blanker.in_value({"text": text, "rows": json.dumps([{"text": text}])})
    assert count >= 2
    assert not blanker.is_in(blanked["text"])
    assert not blanker.is_in(json.loads(blanked["rows"])[0]["text"])
