"""A city's template is refused with sentences for what is dangerous, wrong or missing in it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from ckanext.digitalms.reporting.word import check, names, render, sample, template

pytestmark = pytest.mark.pure


def changed(change: Callable[[Any], None]) -> bytes:
    """Return our template, changed with python-docx."""
    document = Document(BytesIO(template.default()))
    change(document)
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def repacked(change: dict[str, Callable[[bytes], bytes]]) -> bytes:
    """Return our template with parts that are changed, or added."""
    written = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(template.default())) as old,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in {*old.namelist(), *change}:
            before = old.read(name) if name in old.namelist() else b""
            new.writestr(name, change[name](before) if name in change else before)
    return written.getvalue()


def related(kind: str, target: str, mode: str = "External") -> bytes:
    relation = (
        f'<Relationship Id="rId999" Type="{kind}" Target="{target}" TargetMode="{mode}"/></Relationships>'
    )
    return repacked(
        {"word/_rels/document.xml.rels": lambda old: old.replace(b"</Relationships>", relation.encode())}
    )


def said(content: bytes) -> str:
    return " | ".join(map(str, check.check(content).problems))


def test_ours_is_good_and_leaves_nothing_out() -> None:
    assert check.check(template.default()) == check.Checked(())


OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "no Word document"),
        (b"%PDF-1.7", "no Word document"),
        (b"x" * (check.MAX_BYTES + 1), "more than 10 MB"),
        (repacked({"word/vbaProject.bin": lambda _old: b"x"}), "macros"),
        (
            repacked(
                {
                    "[Content_Types].xml": lambda old: old.replace(
                        b"document.main+xml", b"macroEnabled.main+xml"
                    )
                }
            ),
            "macros",
        ),
        (repacked({"word/embeddings/oleObject1.bin": lambda _old: b"x"}), "embedded file"),
        (related(f"{OFFICE}/aFChunk", "a.html", "Internal"), "embedded file"),
        (related(f"{OFFICE}/attachedTemplate", "https://example.org/x.dotm"), "fetches something"),
        (related(f"{OFFICE}/image", "http://example.org/pixel.png"), "fetches something"),
        (related(f"{OFFICE}/hyperlink", "file:///etc/passwd"), "fetches something"),
        (repacked({"word/big.xml": lambda _old: b" " * (check.MAX_UNPACKED + 1)}), "unpacks to more"),
        (
            repacked({"word/styles.xml": lambda old: old.replace(b"<w:styles", b"<!DOCTYPE a><w:styles", 1)}),
            "entities",
        ),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "file",
)
def test_what_is_dangerous_is_refused(content: bytes, sentence: str) -> None:
    assert sentence in said(content)


def test_a_link_for_people_is_no_danger() -> None:
    assert said(related(f"{OFFICE}/hyperlink", "https://www.example.org/")) == ""


@pytest.mark.parametrize(
    ("tag", "sentence"),
    [
        ("{{ beschluss }}", "beschluss"),
        ("{{ measures[0].farbe }}", "farbe"),
        ("{% for m in measures %}", "cannot be read"),
        ("{{ title.__class__ }}", "templates may not"),
        ("{{ 1 / 0 }}", "cannot be read"),
    ],
)
def test_tags_that_are_wrong_are_named(tag: str, sentence: str) -> None:
    assert sentence in said(changed(lambda document: document.add_paragraph(tag)))


def test_an_endless_loop_is_told_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "SECONDS", 2)
    loop = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    assert "a loop that does not end" in said(changed(lambda document: document.add_paragraph(loop)))


def test_what_a_report_would_not_show_is_told() -> None:
    def without_table(document: Any) -> None:
        for table in document.tables:
            if any("m.vision" in cell.text for row in table.rows for cell in row.cells):
                table._tbl.getparent().remove(table._tbl)

    told = said(changed(without_table))
    assert "would not show the visions (measures, vision)" in told
    assert "No row is made for each measure" in told


def test_what_it_leaves_out_is_told_and_no_problem() -> None:
    def without_outlook(document: Any) -> None:
        for paragraph in document.paragraphs:
            if "in outlook" in paragraph.text:
                paragraph.runs[0].text = "{%p for text in [] %}"

    found = check.check(changed(without_outlook))
    assert found == check.Checked((), ("outlook",))


def test_the_form_is_looked_at() -> None:
    def plainly(document: Any) -> None:
        for table in document.tables:
            for header in list(table._tbl.iter("{*}tblHeader")):
                header.getparent().remove(header)
        for paragraph in document.paragraphs:
            if paragraph.style.name == "Heading 1":
                paragraph.style = "Normal"
        for language in document.styles.element.iter("{*}lang"):
            for name in language.attrib:
                language.set(name, "en-GB")

    told = said(changed(plainly))
    assert "not repeated" in told
    assert "Überschrift 1" in told
    assert "not German" in told


def test_every_word_that_is_looked_for_is_in_the_sample() -> None:
    told = str(names.of_report(sample.report()))
    assert [word for word in check._NAMES if word not in told] == []
    assert set(check._CORE) <= set(check._NAMES)


def test_the_handbook_lists_every_name() -> None:
    text = (Path(__file__).parents[2] / "docs" / "coordinate.md").read_text("utf-8")
    told = set(re.findall(r"`([a-z_.]+)`", text[text.index("| Namen in der Vorlage") :]))
    assert names_in(names.of_report(sample.report())) - told == set()


def names_in(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(names_in, value.values()))
    return set().union(*map(names_in, value)) if isinstance(value, list) else set()
