"""A redaction finds a text in every kind of file that a report or a table comes as."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
from collections.abc import Mapping

import docx_files
import odt_files
import openpyxl
import pdf_files
import pytest
import xlwt
from old_workbooks import xls

from ckanext.digitalms.services.redaction.blanking import Blanker
from ckanext.digitalms.services.redaction.packed_files import (
    ClosedError,
    is_packed,
    opened_texts,
    texts_of,
)

pytestmark = pytest.mark.pure

SECRET = "Erika Muster"
TEXT = f"name;betrag\r\n{SECRET};1\r\n"


def compound(name: str, stream: bytes) -> bytes:
    """Write a compound file with one stream."""
    out, begun = io.BytesIO(), "Workbook".encode("utf-16-le")
    xlwt.CompoundDoc.XlsDoc().save(out, stream.ljust(4096, b"x"))
    file, named = bytearray(out.getvalue()), name.encode("utf-16-le")
    place = file.find(begun)
    struct.pack_into("<64sH", file, place, named, len(named) + 2)
    return bytes(file)


def doc(text: str, codec: str) -> bytes:
    """Write a document whose text lies in two sectors that are far apart."""
    return in_another_order(compound("WordDocument", bytes(507) + text.encode(codec)))


def in_another_order(file: bytes) -> bytes:
    """Swap the second and the third sector of a compound file's only stream, which begins with the first."""
    table = 512 * (1 + struct.unpack_from("<i", file, 76)[0])
    moved = bytearray(file)
    moved[1024:1536], moved[1536:2048] = file[1536:2048], file[1024:1536]
    struct.pack_into("<3i", moved, table, 2, 3, 1)
    return bytes(moved)


def workbook(*cells: str) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(list(cells))
    book.save(out)
    return out.getvalue()


def zipped(parts: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, part in parts.items():
            packed.writestr(name, part)
    return out.getvalue()


# what xlwt writes before a name that is then cut by the end of a record
BEFORE = (*(f"{row:05d}{'x' * 95}" for row in range(79)), "y" * 66)
FILES = {
    "docx": docx_files.docx(docx_files.p("Frau ", docx_files.r("Erika "), "Muster")),
    "odt": odt_files.odt(odt_files.p("Frau Erika <text:span>Muster</text:span>")),
    "pdf": pdf_files.pdf([pdf_files.page([(50, 50, "Frau Erika"), (50, 64, "Muster leitet")])]),
    "pdf behind a line": pdf_files.pdf([pdf_files.page([(50, 50, SECRET)])]).replace(b"%PDF", b"\n%PDF"),
    "xls": xls(f"Frau {SECRET}"),
    "xls in two bytes": xls(f"Frau {SECRET} aus Łódź"),
    "xls across records": xls(*BEFORE, SECRET),
    "doc": doc(SECRET, "cp1252"),
    "doc in two bytes": doc(SECRET, "utf-16-le"),
    "ods": zipped({"content.xml": b"<text:p>Frau Erika<text:s/>Muster</text:p>"}),
    "csv in a zip": zipped({"leute.csv": TEXT.encode()}),
    "workbook in a zip": zipped({"leute.xlsx": workbook("Frau", SECRET)}),
    "xls in a zip": zipped({"leute.xls": xls(SECRET)}),
    "gzip": gzip.compress(TEXT.encode("cp1252")),
    "no text": b"\x89PNG\r\n\x1a\n\0\0\0" + SECRET.encode() + bytes(9),
}
CLOSED = {
    "damaged pdf": b"%PDF-1.7 Erika Muster",
    "protected pdf": pdf_files.protected(),
    "damaged zip": b"PK\x03\x04 Erika Muster",
    "damaged xls": xls("x")[:2000],
    "protected workbook": compound("EncryptedPackage", b""),
    "protected doc": compound("WordDocument", bytes(11) + b"\x01"),
    "scan": pdf_files.pdf([pdf_files.page([])]),
    "damaged gzip": gzip.compress(TEXT.encode())[:-9],
    "7z": b"7z\xbc\xaf\x27\x1c\0\4",
    "closed in a zip": zipped({"a.csv": b"x", "b.7z": b"7z\xbc\xaf\x27\x1c\0\4"}),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_name_is_found_and_nothing_is_left_of_the_file(kind: str) -> None:
    content = FILES[kind]
    assert is_packed(content)
    assert any(SECRET in " ".join(text.split()) for text in opened_texts(content))
    assert Blanker(SECRET, "x").in_bytes(content) == (b"", 1)
    assert Blanker("Otto Beispiel", "x").in_bytes(content) == (content, 0)


@pytest.mark.parametrize("content", [b"%PDF-1.7 Erika Muster", pdf_files.protected() + b"Erika Muster"])
def test_what_cannot_be_read_is_searched_as_it_is(content: bytes) -> None:
    assert any(SECRET in text for text in texts_of(content))


@pytest.mark.parametrize("kind", CLOSED)
def test_what_cannot_be_read_says_so(kind: str) -> None:
    """It stays as it is, since nobody can tell; what is found in it all the same empties it."""
    assert is_packed(CLOSED[kind])
    with pytest.raises(ClosedError):
        Blanker("Otto Beispiel", "x").in_bytes(CLOSED[kind])
    assert Blanker(SECRET, "x").in_bytes(CLOSED[kind] + SECRET.encode()) == (b"", 1)


@pytest.mark.parametrize(
    "text", ["<p>Frau <b>Erika</b> Muster</p>", "<p>Frau Erika&ensp;M&uuml;ster</p>", "<td>Erika<td>Muster"]
)
def test_markup_that_cuts_a_name_loses_its_bytes(text: str) -> None:
    secret = SECRET.replace("u", "ü", 1) if "&uuml;" in text else SECRET
    assert Blanker(secret, "x").in_bytes(text.encode()) == (b"", 1)
    assert Blanker("Frau", "x").in_bytes(b"<p>Frau Muster</p>") == (b"<p>x Muster</p>", 1)
