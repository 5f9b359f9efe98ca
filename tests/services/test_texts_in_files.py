"""A redaction finds a text in every kind of file that a report comes as."""

from __future__ import annotations

import docx_files
import odt_files
import pdf_files
import pytest

from ckanext.digitalms.services.redaction.packed_files import is_packed, texts_of

SECRET = "Erika Muster"


@pytest.mark.parametrize(
    "content",
    [
        docx_files.docx(docx_files.p("Frau ", docx_files.r("Erika "), "Muster")),
        odt_files.odt(odt_files.p("Frau Erika <text:span>Muster</text:span>")),
        pdf_files.pdf([pdf_files.page([(50, 50, "Frau Erika"), (50, 64, "Muster leitet")])]),
        pdf_files.pdf([pdf_files.page([(50, 50, "Erika Muster")])]).replace(b"%PDF", b"\n%PDF"),
    ],
    ids=["docx", "odt", "pdf", "pdf behind a line"],
)
def test_a_name_is_found(content: bytes) -> None:
    assert is_packed(content)
    assert any(SECRET in " ".join(text.split()) for text in texts_of(content))


@pytest.mark.parametrize("content", [b"%PDF-1.7 Erika Muster", pdf_files.protected() + b"Erika Muster"])
def test_what_cannot_be_read_is_searched_as_it_is(content: bytes) -> None:
    assert any(SECRET in text for text in texts_of(content))
