"""Every text of a DOCX is in a field or among what was left, whatever wraps it."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from pathlib import Path

import docx_files as d
import mammoth
import pytest
from docx_files import HEADING, docx, p, r, report, sdt, strict, tbl, tc, tr, visible_characters, wrapped
from hypothesis import given
from hypothesis import strategies as st

from ckanext.digitalms.reports.document import ReportUnreadableError
from ckanext.digitalms.reports.importer import read_report
from ckanext.digitalms.reports.office import read_docx
from ckanext.digitalms.reports.proposal import ProposedReport, Reason

pytestmark = pytest.mark.pure

CASES = Path(__file__).parents[3] / "shared" / "samples" / "cases"
# what a reader of the printed document does not see
UNSEEN = {Reason.HIDDEN, Reason.DELETED, Reason.COMMENT, Reason.PLACEHOLDER, Reason.EMBEDDED}
TEXTBOX = (
    '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx><w:txbxContent>{0}'
    "</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent>{0}</w:txbxContent>"
    "</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
)
PICTURE = "<w:r><w:pict><v:textbox><w:txbxContent>{}</w:txbxContent></v:textbox></w:pict></w:r>"
INSERTED = '<w:ins w:id="1" w:author="A">{}</w:ins>'
DELETED = '<w:del w:id="2" w:author="A"><w:r><w:delText>{}</w:delText></w:r></w:del>'
FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> REF x </w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r>{}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
)


def pieces(report: ProposedReport) -> list[tuple[str, str]]:
    every = [*report.fragments, *report.outside, *(f for m in report.measures for f in m.fragments)]
    return [(piece.text, piece.reason) for piece in every]


def left(report: ProposedReport, reason: Reason) -> list[str]:
    return [text for text, why in pieces(report) if why == reason]


def characters(texts: list[str]) -> Counter[str]:
    return Counter(c for text in texts for c in text if not c.isspace())


def read(content: bytes) -> ProposedReport:
    """Read a report; all that can be seen of the package is on its account, and nothing else."""
    found = read_report(content, "b.docx")
    seen = [text for text, reason in pieces(found) if reason not in UNSEEN]
    assert characters(seen) == visible_characters(content)
    return found


def measure_row(progress: str, title: str = "E-Akte light", goals: str = "Ziel ist die Einführung") -> str:
    return tr(title, goals, tc(progress) if progress.startswith("<") else progress)


def steps(found: ProposedReport) -> list[str]:
    return [step.text for measure in found.measures for step in measure.steps]


class TestWhateverWrapsIt:
    SENTENCE = "Zwei Ämter arbeiten damit."

    @pytest.mark.parametrize(
        "paragraph",
        [
            p(r("Umgesetzt: "), sdt(r(SENTENCE))),
            p(r("Umgesetzt: "), INSERTED.format(r(SENTENCE))),
            p(r("Umgesetzt: "), DELETED.format("Ein Amt arbeitet damit."), INSERTED.format(r(SENTENCE))),
            p(r("Umgesetzt: "), f'<w:hyperlink r:id="r9">{r(SENTENCE)}</w:hyperlink>'),
            p(r("Umgesetzt: "), f'<w:fldSimple w:instr="REF x">{r(SENTENCE)}</w:fldSimple>'),
            p(r("Umgesetzt: "), FIELD.format(r(SENTENCE))),
            p(r("Umgesetzt: "), f'<w:smartTag w:element="place">{r(SENTENCE)}</w:smartTag>'),
            p(r("Umgesetzt: "), f'<w:customXml w:element="x">{r(SENTENCE)}</w:customXml>'),
            p(r("Umgesetzt: "), f'<w:bdo w:val="ltr">{r(SENTENCE)}</w:bdo>'),
            p(r("Umgesetzt: "), f"<w:moveTo w:id='3'>{r(SENTENCE)}</w:moveTo>"),
            p(r("Umgesetzt: "), f"<w:dir w:val='ltr'>{sdt(INSERTED.format(r(SENTENCE)))}</w:dir>"),
            p(r("Umgesetzt: Zwei "), "<m:oMath><m:r><m:t>Ämter</m:t></m:r></m:oMath>", r(" arbeiten damit.")),
            sdt(p("Umgesetzt: " + SENTENCE)),
            f"<w:customXml>{p('Umgesetzt: ' + SENTENCE)}</w:customXml>",
            p("Umgesetzt: ") + tbl(tr(SENTENCE)),
            p("Umgesetzt: ") + sdt(tbl(sdt(tr(sdt(tc(sdt(p(sdt(r(SENTENCE)))))))))),
            p("Umgesetzt:") + p(TEXTBOX.format(p(SENTENCE))),
            p("Umgesetzt:") + p(PICTURE.format(p(SENTENCE))),
            p(r("Umgesetzt: Zwei Ämter "), "<w:proofErr w:type='spellStart'/>", r("arbeiten damit.")),
            p("Umgesetzt: Zwei ", style="<w:rPr><w:del w:id='4'/></w:rPr>") + p("Ämter arbeiten damit."),
        ],
    )  # fmt: skip
    def test_a_sentence_of_the_plan_comes_through(self, paragraph: str) -> None:
        found = read(report(tr("E-Akte light", "Ziel ist die Einführung", tc(paragraph))))
        assert steps(found) == [self.SENTENCE]
        assert found.measures[0].steps[0].state == "done"

    @pytest.mark.parametrize(
        "rows",
        [
            sdt(measure_row("Umgesetzt: Test.")),
            f"<w:ins w:id='1'>{measure_row('Umgesetzt: Test.')}</w:ins>",
            tr(sdt(tc("E-Akte light")), "Ziel ist die Einführung", INSERTED.format(tc("Umgesetzt: Test."))),
            tr(sdt(tc("E-Akte light") + tc("Ziel ist die Einführung")), "Umgesetzt: Test."),
            f"<w:customXml>{measure_row('Umgesetzt: Test.')}</w:customXml>",
            tr("E-Akte light", "Ziel ist die Einführung", "Umgesetzt: Test.", properties="<w:ins w:id='1'/>"),
        ],
    )
    def test_a_row_and_a_cell_come_through(self, rows: str) -> None:
        found = read(report(rows, measure_row("In Arbeit: Zweites.", "Bürgerportal")))
        assert [m.title for m in found.measures] == ["E-Akte light", "Bürgerportal"]
        assert steps(found) == ["Test.", "Zweites."]

    def test_a_table_in_a_control_is_a_table_of_the_report(self) -> None:
        content = docx(p("Bericht 20.11.2026") + sdt(tbl(HEADING, measure_row("Umgesetzt: Test."))))
        assert steps(read(content)) == ["Test."]

    def test_a_table_in_a_box_is_a_table_of_the_report(self) -> None:
        content = docx(p(TEXTBOX.format(tbl(HEADING, measure_row("Umgesetzt: Test.")))))
        assert steps(read(content)) == ["Test."]

    def test_a_symbol_is_a_sign(self) -> None:
        sign = '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>'
        found = read_report(report(measure_row(p(sign, r(" Server beschafft")))), "b.docx")
        assert steps(found) == ["Server beschafft"]
        assert "✓" in left(found, Reason.MARK)

    def test_what_is_chosen_in_a_form_is_read(self) -> None:
        entries = "".join(
            f'<w:listEntry w:val="{text}"/>' for text in ("offen", "Zwei Ämter arbeiten damit.")
        )
        chosen = f'<w:ffData><w:ddList><w:result w:val="1"/>{entries}</w:ddList></w:ffData>'
        field = f'<w:r><w:fldChar w:fldCharType="begin">{chosen}</w:fldChar></w:r>'
        found = read_report(report(measure_row(p(r("Umgesetzt: "), field))), "b.docx")
        assert steps(found) == ["Zwei Ämter arbeiten damit."]

    def test_an_unknown_sign_is_named(self) -> None:
        sign = '<w:r><w:sym w:font="Hausschrift" w:char="F041"/></w:r>'
        found = read_report(report(measure_row(p(r("Umgesetzt: Stufe "), sign))), "b.docx")
        assert any("special font" in str(warning) for warning in found.warnings)
        assert "�" in steps(found)[0]


class TestMergedCells:
    def test_downwards_across_and_beside_the_grid(self) -> None:
        down, goes_on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
        content = report(
            tr(tc("E-Akte", properties=down), "Ziel ist A", "Umgesetzt: Eins."),
            tr(tc(properties=goes_on), "Ziel ist B", "In Arbeit: Zwei."),
            tr("Bürgerportal", tc("Ziel ist C", properties='<w:gridSpan w:val="2"/>')),
        )
        found = read(content)
        assert [(m.title, len(m.goals)) for m in found.measures] == [("E-Akte", 2), ("Bürgerportal", 1)]

    def test_a_text_below_a_merged_cell_is_named(self) -> None:
        content = report(
            tr(tc("E-Akte", properties='<w:vMerge w:val="restart"/>'), "Ziel ist A", "Umgesetzt: Eins."),
            tr(tc("Alter Titel", properties="<w:vMerge/>"), "Ziel ist B", "In Arbeit: Zwei."),
        )
        assert left(read_report(content, "b.docx"), Reason.HIDDEN) == ["Alter Titel"]


NOTE_TEXTS = ["", "Ohne die Außenstellen, siehe V/0954/2018.", "Im Vorspann.", "Ohne Ort."]
NOTE_ELEMENTS = (f'<w:footnote w:id="{n}">{p(text)}</w:footnote>' for n, text in enumerate(NOTE_TEXTS))
NOTES = {"footnotes__xml": wrapped("footnotes", "".join(NOTE_ELEMENTS))}
TO_NOTES = {"n": ("footnotes", "footnotes.xml")}


class TestBesideTheText:
    def test_a_footnote_is_said_at_its_measure(self) -> None:
        row = measure_row(p(r("Umgesetzt: Server."), '<w:r><w:footnoteReference w:id="1"/></w:r>'))
        before = p(r("Vorspann"), '<w:r><w:footnoteReference w:id="2"/></w:r>')
        found = read(report(row, before=before, related=TO_NOTES, **NOTES))
        measure = found.measures[0]
        assert [step.text for step in measure.steps] == ["Server."]
        assert "Außenstellen" in str(measure.warnings[0])
        assert [row.reference for row in measure.council_references] == ["V/0954/2018"]
        assert left(found, Reason.NOTE) == [
            "Im Vorspann.",
            "Ohne Ort.",
            "Ohne die Außenstellen, siehe V/0954/2018.",
        ]

    def test_headers_once(self) -> None:
        header = wrapped("hdr", p("Stadt Beispiel"))
        related = {f"h{n}": ("header", f"header{n}.xml") for n in range(3)}
        parts = {f"header{n}__xml": header for n in range(3)}
        found = read_report(report(measure_row("Umgesetzt: A."), related=related, **parts), "b.docx")
        assert left(found, Reason.PAGE) == ["Stadt Beispiel"]

    def test_hidden_text_is_named_and_not_taken(self) -> None:
        hidden, shown = "<w:vanish/>", '<w:vanish w:val="0"/>'
        row = measure_row(p(r("Umgesetzt: Server."), r("Intern teuer", hidden), r(" Ende.", shown)))
        found = read(report(row))
        assert " ".join(steps(found)) == "Server. Ende."
        assert left(found, Reason.HIDDEN) == ["Intern teuer"]

    @pytest.mark.parametrize("kind", ["paragraph", "character", "based", "default"])
    def test_hidden_by_a_style(self, kind: str) -> None:
        vanish = "<w:rPr><w:vanish/></w:rPr>"
        styles = {
            "paragraph": f'<w:style w:type="paragraph" w:styleId="V">{vanish}</w:style>',
            "character": f'<w:style w:type="character" w:styleId="V">{vanish}</w:style>',
            "based": f'<w:style w:styleId="B">{vanish}</w:style>'
            '<w:style w:styleId="V"><w:basedOn w:val="B"/></w:style>',
            "default": f"<w:docDefaults><w:rPrDefault>{vanish}</w:rPrDefault></w:docDefaults>",
        }
        secret = p("Intern", style='<w:pStyle w:val="V"/>')
        if kind == "character":
            secret = p(r("Intern", '<w:rStyle w:val="V"/>'))
        shown = p(r("Offen", '<w:vanish w:val="0"/>'))
        part = {"styles__xml": wrapped("styles", styles[kind])}
        found = read_docx(docx(secret + shown, {"s": ("styles", "styles.xml")}, **part))
        assert found.lines == ("Offen",)
        assert [(one.reason, one.text) for one in found.asides] == [(Reason.HIDDEN, "Intern")]

    def test_deleted_moved_and_commented(self) -> None:
        moved = f"<w:moveFrom w:id='5'>{r('verschoben')}</w:moveFrom>"
        comments = wrapped("comments", f'<w:comment w:id="0">{p("Stimmt das?")}</w:comment>')
        row = measure_row(p(r("Umgesetzt: A."), DELETED.format("gestrichen"), moved))
        gone = tr("Gelöschte Maßnahme", "Ziel ist X", "Umgesetzt: X.", properties="<w:del w:id='6'/>")
        content = report(row, gone, related={"c": ("comments", "comments.xml")}, comments__xml=comments)
        found = read(content)
        assert [m.title for m in found.measures] == ["E-Akte light"]
        assert steps(found) == ["A."]
        assert left(found, Reason.COMMENT) == ["Stimmt das?"]
        assert "gestrichenverschoben" in left(found, Reason.DELETED)
        assert "Gelöschte Maßnahme" in left(found, Reason.DELETED)

    def test_a_hint_in_an_empty_field(self) -> None:
        row = measure_row(p(sdt(r("Klicken Sie hier, um Text einzugeben."), "<w:showingPlcHdr/>")))
        assert left(read(report(row)), Reason.PLACEHOLDER) == ["Klicken Sie hier, um Text einzugeben."]

    def test_the_glossary_is_no_part_of_the_document(self) -> None:
        glossary = wrapped("glossaryDocument", p("Baustein"))
        related = {"g": ("glossaryDocument", "glossary/document.xml")}
        content = report(
            measure_row("Umgesetzt: A."), related=related, **{"glossary/document__xml": glossary}
        )
        assert all("Baustein" not in text for text, _ in pieces(read(content)))

    def test_a_diagram_and_a_chart(self) -> None:
        line = "<a:p><a:r><a:t>{}</a:t></a:r></a:p>"
        diagram = f"<dgm:x {d.SPACES}>{line.format('Stufe 1')}{line.format('Stufe 2')}</dgm:x>"
        chart = f"<c:chartSpace {d.SPACES}><c:chart>{line.format('Anschlüsse')}</c:chart></c:chartSpace>"
        drawing = '<w:r><w:drawing><dgm:relIds r:dm="d"/><c:chart r:id="c"/></w:drawing></w:r>'
        related = {"d": ("diagramData", "data1.xml"), "c": ("chart", "chart1.xml")}
        parts = {"data1__xml": diagram, "chart1__xml": chart}
        found = read(report(measure_row("Umgesetzt: A."), before=p(drawing), related=related, **parts))
        assert {"Stufe 1", "Stufe 2", "Anschlüsse"} <= set(left(found, Reason.OUTSIDE))

    def test_a_picture_and_its_lettering(self) -> None:
        drawing = '<w:r><w:drawing><a:blip/></w:drawing><w:pict><v:textpath string="ENTWURF"/></w:pict></w:r>'
        found = read_report(report(measure_row("Umgesetzt: A."), before=p(drawing)), "b.docx")
        assert left(found, Reason.DRAWING) == ["ENTWURF"]
        assert any("Lettering in pictures" in str(one) for one in found.warnings)

    def test_an_embedded_file_is_read_or_named(self) -> None:
        inner = docx(tbl(HEADING, measure_row("Umgesetzt: Innen.", "Aus dem Anhang")))
        body = '<w:altChunk r:id="a"/><w:altChunk r:id="b"/><w:altChunk r:id="c"/><w:altChunk r:id="d"/>'
        related = {
            "a": ("aFChunk", "teil.docx"), "b": ("aFChunk", "teil.rtf"), "c": ("aFChunk", "teil.html"),
            "d": ("aFChunk", "https://192.0.2.1/nie.html"),
        }  # fmt: skip
        page = "<html><body><p>Aus der Seite</p></body></html>"
        found = read_report(docx(body, related, teil__docx=inner, teil__rtf="{\\rtf1}", teil__html=page), "b")
        assert steps(found) == ["Innen."]
        assert "Aus der Seite" in left(found, Reason.OUTSIDE)
        assert left(found, Reason.EMBEDDED) == ["word/teil.rtf", "https://192.0.2.1/nie.html"]


class TestForms:
    ROW = measure_row(p(r("Umgesetzt: "), sdt(r("Test.")), TEXTBOX.format(p("Kasten."))))

    def test_strict_and_with_macros(self) -> None:
        plain = report(self.ROW)
        assert pieces(read(strict(plain))) == pieces(read(plain))
        with zipfile.ZipFile(io.BytesIO(plain)) as package:
            files = {name: package.read(name) for name in package.namelist()}
        files["[Content_Types].xml"] = files["[Content_Types].xml"].replace(
            b"vnd.openxmlformats-officedocument.wordprocessingml.document.main",
            b"vnd.ms-word.document.macroEnabled.main",
        )
        files["word/vbaProject.bin"] = b"\xd0\xcf\x11\xe0 macro"
        assert pieces(read(d.packed(files))) == pieces(read(plain))

    def test_the_document_may_lie_elsewhere(self) -> None:
        with zipfile.ZipFile(io.BytesIO(report(self.ROW))) as package:
            files = {name: package.read(name) for name in package.namelist()}
        files["docs/main.xml"] = files.pop("word/document.xml")
        files["_rels/.rels"] = d.relations({"r1": ("officeDocument", "/docs/main.xml")}).encode()
        assert steps(read(d.packed(files))) == ["Test.", "Kasten."]

    @pytest.mark.parametrize(
        "name", ["w1_cell_in_content_control", "w6_tracked_insertion", "aenderungsmodus_mini"]
    )
    def test_inputs_that_failed(self, name: str) -> None:
        path = CASES / f"{name}.docx"
        if not path.exists():
            pytest.skip(f"needs {path}")
        content = path.read_bytes()
        read(content)
        seen = characters([text for text, _ in pieces(read_report(content, "b.docx"))])
        assert not characters([mammoth.extract_raw_text(io.BytesIO(content)).value]) - seen


WRAPPERS = [
    sdt, INSERTED.format, lambda x: f'<w:hyperlink w:anchor="a">{x}</w:hyperlink>', FIELD.format,
    lambda x: f"<w:smartTag>{x}</w:smartTag>", lambda x: f'<w:fldSimple w:instr="X">{x}</w:fldSimple>',
]  # fmt: skip
WORDS = st.text(alphabet="abcdeäöüß ABC.,:0123", min_size=1, max_size=20)


@st.composite
def runs(draw: st.DrawFn) -> str:
    made = r(draw(WORDS))
    for wrap in draw(st.lists(st.sampled_from(WRAPPERS), max_size=5)):
        made = wrap(made)
    return made


@given(st.lists(st.lists(runs(), min_size=1, max_size=4), min_size=1, max_size=5))
def test_nothing_is_lost_however_it_is_nested(paragraphs: list[list[str]]) -> None:
    """Our account and mammoth, which reads DOCX in its own way, agree on the text."""
    content = report(measure_row("".join(p(*one) for one in paragraphs)))
    seen = characters([text for text, _ in pieces(read(content))])
    assert not characters([mammoth.extract_raw_text(io.BytesIO(content)).value]) - seen


class TestBadFiles:
    def said(self, content: bytes) -> str:
        with pytest.raises(ReportUnreadableError) as refused:
            read_report(content, "b.docx")
        return str(refused.value.message)

    def test_a_million_paragraphs(self) -> None:
        assert "1000" in self.said(docx(p("x") * 1_000_000))

    def test_marks_without_paragraphs(self) -> None:
        assert "more marks" in self.said(docx("<w:p>" + "<w:r/>" * 2_100_000 + "</w:p>"))

    def test_deep_nesting(self) -> None:
        assert "damaged" in self.said(docx("<w:ins>" * 5_000 + "</w:ins>" * 5_000))

    def test_a_password(self) -> None:
        assert "password" in self.said(
            b"\xd0\xcf\x11\xe0" + b"\0" * 64 + "EncryptedPackage".encode("utf-16-le")
        )

    @pytest.mark.parametrize("span", ["99999999999", "-1", "x", "0"])
    def test_spans_of_nonsense(self, span: str) -> None:
        row = tr(tc("E-Akte", properties=f'<w:gridSpan w:val="{span}"/>'), "Ziel ist A", "Umgesetzt: B.")
        found = read_report(report(row), "b.docx")
        assert found.measures[0].title == "E-Akte"

    def test_a_picture_elsewhere_is_not_fetched(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("something was fetched"))
        related = {
            "i": ("image", "https://192.0.2.1/x.png"), "t": ("attachedTemplate", "https://192.0.2.1/x.dotm"),
            "s": ("styles", "https://192.0.2.1/styles.xml"), "f": ("footnotes", "https://192.0.2.1/n.xml"),
        }  # fmt: skip
        drawing = '<w:r><w:drawing><a:blip r:link="i"/></w:drawing></w:r>'
        read(report(measure_row("Umgesetzt: A."), before=p(drawing), related=related))
