"""The template that comes with the program, built here so that it can be read and reviewed.

It is an ordinary Word file whose texts hold Jinja's tags (docxtpl): a city takes it as the beginning of its
own. Real styles (Title, Heading 1 to 3, List Bullet), German, A4, tables whose first row is repeated.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from io import BytesIO

from .elements import (
    IN_TABLE,
    LIST_IN_TABLE,
    WIDTH_MM,
    Cell,
    Docx,
    automatic,
    bookmark,
    element,
    field,
    items,
    lines,
    table,
    text,
    write,
)

_FONT = "Arial"
_GREY = "515C69"


@cache
def default() -> bytes:
    """Return the template as DOCX."""
    from docx import Document

    document = Document()
    _page(document)
    _styles(document)
    _head(document)
    _contents(document)
    _sections(document)
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _page(document: Docx) -> None:
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.shared import Mm

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(24), Mm(18)
    section.top_margin, section.bottom_margin = Mm(20), Mm(22)
    footer = section.footer.paragraphs[0]
    footer.style = document.styles["Footer"]
    footer.add_run("{{ title }}{% if number %} · {{ number }}{% endif %}\tSeite ")
    field(footer, "PAGE")
    footer.add_run(" von ")
    field(footer, "NUMPAGES")
    tabs = footer.paragraph_format.tab_stops
    tabs.add_tab_stop(Mm(WIDTH_MM), WD_TAB_ALIGNMENT.RIGHT)
    stop = next(document.settings.element.iter("{*}defaultTabStop"))
    stop.addnext(element("w:autoHyphenation"))  # the order of settings is fixed
    core = document.core_properties
    core.title, core.author, core.language, core.comments = "Vorlage eines Berichts", "", "de-DE", ""


def _styles(document: Docx) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    sizes = {"Normal": 10, "Title": 17, "Heading 1": 14, "Heading 2": 11.5, "Heading 3": 10, "Footer": 8.5}
    for name, size in sizes.items():
        style = document.styles[name]
        style.font.size, style.font.name = Pt(size), _FONT
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{kind}"), _FONT)
        for kind in ("asciiTheme", "hAnsiTheme", "cstheme", "eastAsiaTheme"):
            fonts.attrib.pop(qn(f"w:{kind}"), None)
        style.font.color.rgb = RGBColor.from_string(_GREY if name == "Footer" else "000000")
        style.font.bold = name.startswith("Heading")
        before, after = {"Heading 1": (16, 6), "Heading 2": (10, 4), "Heading 3": (0, 3)}.get(name, (0, 4))
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    bullet = document.styles["List Bullet"].paragraph_format
    bullet.left_indent, bullet.first_line_indent, bullet.space_after = Pt(9), Pt(-9), Pt(2)
    for name, based in ((IN_TABLE, "Normal"), (LIST_IN_TABLE, "List Bullet")):
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style, style.font.size = document.styles[based], Pt(9)
        style.paragraph_format.space_after = Pt(2)
    document.styles["Heading 3"].paragraph_format.keep_with_next = False  # it would hold rows together
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "de-DE")
    for stops in list(document.styles["Footer"].element.iter(qn("w:tabs"))):
        stops.getparent().remove(stops)
    for border in document.styles["Title"].element.iter(qn("w:pBdr")):
        border.getparent().remove(border)


def _head(document: Docx) -> None:
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.shared import Mm

    office = document.add_paragraph()
    office.add_run("{{ office }}").bold = True
    office.add_run("{% if number %}\t{{ number }}{% endif %}").bold = True
    office.paragraph_format.tab_stops.add_tab_stop(Mm(WIDTH_MM), WD_TAB_ALIGNMENT.RIGHT)
    document.add_paragraph("{{ day }}")
    lines(
        document,
        "{%p if contact or mailbox %}",
        "Auskunft erteilt: {{ contact }}{% if contact and mailbox %}, {% endif %}{{ mailbox }}",
        "{%p endif %}",
    )
    title = document.add_paragraph(style="Title")
    title.add_run("{{ openness ~ ' ' if openness }}")
    title.add_run("{{ kind }}").bold = True
    small = document.add_paragraph()
    small.add_run("Betrifft").font.size = document.styles["Footer"].font.size
    document.add_paragraph().add_run("{{ subject }}").bold = True
    lines(document, "{%p if consultations %}", "Beratungsfolge")
    table(
        document,
        (("Datum", 14), ("Gremium", 46), ("Art der Behandlung", 20), ("Ergebnis", 20)),
        "row in consultations",
        [[("", f"{{{{ row.{name} }}}}")] for name in ("day", "body", "kind", "result")],
    )
    lines(document, "{%p endif %}")


def _contents(document: Docx) -> None:
    """Write the contents out with links, inside a field that Word renews."""
    lines(document, "{%p if contents|length > 12 %}")
    document.add_paragraph("Inhalt").runs[0].bold = True
    lines(document, "{%p for entry in contents %}")
    entry = document.add_paragraph()
    entry.paragraph_format.space_after = 0
    link = element("w:hyperlink", {"w:anchor": "{{ entry.anchor }}", "w:history": "1"})
    run = element("w:r")
    run.append(text("{% if entry.level == '2' %}\u2003{% endif %}{{ entry.title }}"))
    link.append(run)
    entry._p.append(link)
    lines(document, "{%p endfor %}", "{%p endif %}")


def _sections(document: Docx) -> None:
    lines(document, "{%p for part in asks %}")
    document.add_heading("{{ part.title }}", level=1)
    lines(document, "{%p for text in part.texts %}", "{{ text }}", "{%p endfor %}", "{%p endfor %}")
    lines(document, "{%p for section in sections %}")
    heading = document.add_heading("{{ section.title }}", level=1)
    bookmark(heading, "{{ section.anchor }}")
    parts: dict[str, Callable[[], object]] = {
        "introduction": lambda: _paragraphs(document, "introduction"),
        "changes": lambda: _changes(document),
        "table": lambda: _measures(document),
        "goals": lambda: _goals(document),
        "indicators": lambda: _indicators(document),
        "coverage": lambda: _coverage(document),
        "funding": lambda: _funding(document),
        "obstacles": lambda: _obstacles(document),
        "papers": lambda: _papers(document),
        "outlook": lambda: _paragraphs(document, "outlook"),
        "method": lambda: _method(document),
        "annex": lambda: _annex(document),
    }
    for at, kind in enumerate(parts):
        lines(document, f"{{%p {'elif' if at else 'if'} section.kind == '{kind}' %}}")
        parts[kind]()
    lines(document, "{%p endif %}", "{%p endfor %}")


def _paragraphs(document: Docx, name: str) -> None:
    lines(document, f"{{%p for text in {name} %}}", "{{ text }}", "{%p else %}", _NOTHING, "{%p endfor %}")


_NOTHING = "Hierzu liegt nichts vor."


def _changes(document: Docx) -> None:
    lines(document, "{{ previous }}")
    items(document, "text in changes", "{{ text }}")
    lines(document, "{%p for m in measures if m.changes %}")
    document.add_heading("{{ m.title }}", level=2)
    items(document, "text in m.changes", "{{ text }}")
    lines(document, "{%p endfor %}")


def _measures(document: Docx) -> None:
    lines(document, "{%p if statuses and measures|length > 2 %}", "{{ plots.status }}")
    columns = (("Sachstand", 75), ("Anzahl", 25))
    cells = [[("", "{{ row.label }}")], [("", "{{ row.count }}")]]
    table(document, columns, "row in statuses", cells)
    lines(
        document,
        "{%p if late != '0' %}",
        "davon in Verzug: {{ late }}",
        "{%p endif %}",
        "{%p endif %}",
        "{%p if measures %}",
    )
    wide = (("{{ columns[0] }}", 30), ("{{ columns[1] }}", 33), ("{{ columns[2] }}", 37))
    made = table(document, wide, "m in measures", [_vision(), _goals_of_measure(), _plan()])
    for paragraph in made.rows[2].cells[0].paragraphs:
        if paragraph.text == "{{ m.title }}":
            bookmark(paragraph, "{{ m.anchor }}")
    lines(document, "{%p else %}", "Der Bericht nennt keine Maßnahmen.", "{%p endif %}")


def _given(condition: str, label: str, text: str) -> Cell:
    """Return a paragraph with a bold label that is there only if something is."""
    return [("", f"{{%p if {condition} %}}"), ("", f"**{label}** {text}"), ("", "{%p endif %}")]


def _labelled(name: str, label: str) -> Cell:
    """Return the paragraphs of a list of texts, the first with a bold label."""
    return [
        ("", f"{{%p for text in {name} %}}"),
        ("", f"{{% if loop.first %}}**{label}** {{% endif %}}{{{{ text }}}}"),
        ("", "{%p endfor %}"),
    ]


def _list(name: str, label: str, text: str) -> Cell:
    return [
        ("", f"{{%p if {name} %}}"),
        ("", f"**{label}**"),
        ("", f"{{%p for each in {name} %}}"),
        ("List Bullet", text),
        ("", "{%p endfor %}"),
        ("", "{%p endif %}"),
    ]


def _vision() -> Cell:
    return [
        ("Heading 3", "{{ m.title }}"),
        *_given("m.organisation", "Federführend:", "{{ m.organisation }}"),
        *_given("m.standing", "Stand:", "{{ m.standing }}"),
        *_given("m.lateness", "In Verzug:", "{{ m.lateness }}"),
        ("", "{%p for text in m.summary %}"),
        ("", "{{ text }}"),
        ("", "{%p endfor %}"),
        *_labelled("m.vision", "{{ m.vision_label }}:"),
        ("", "{%p if m.url %}"),
        ("Footer", "{{ m.url }}"),
        ("", "{%p endif %}"),
    ]


def _goals_of_measure() -> Cell:
    return [
        *_list("m.papers", "Vorlagen:", "{{ each.line }}"),
        *_list("m.goals", "Ziele:", "{{ each.line }}"),
        ("", ""),
    ]


def _plan() -> Cell:
    return [
        ("", "{%p for text in m.statement %}"),
        ("", "{{ text }}"),
        ("", "{%p endfor %}"),
        ("", "{%p for step in m.steps %}"),
        *_list("step.texts", "{{ step.label }}:", "{{ each }}"),
        ("", "{%p endfor %}"),
        *_list("m.milestones", "Termine:", "{{ each.line }}"),
        ("", "{%p if not has_changes_section %}"),
        *_list("m.changes", "Seit dem letzten Bericht:", "{{ each }}"),
        ("", "{%p endif %}"),
        *_labelled("m.remark", "Anmerkung:"),
        ("", ""),
    ]


def _goals(document: Docx) -> None:
    columns = (("Maßnahme", 20), ("Jahr", 7), ("Ziel", 40), ("Zielwert", 11), ("Ist", 9), ("Bewertung", 13))
    cells = [
        [("", "{{ m.title }}")],
        *([("", f"{{{{ goal.{name} }}}}")] for name in ("year", "text", "target", "actual", "judged")),
    ]
    _where(
        document,
        "measures|selectattr('goals')|list",
        lambda: table(document, columns, ("m in measures", "goal in m.goals"), cells),
    )


def _where(document: Docx, condition: str, draw: Callable[[], object]) -> None:
    """Draw something if there is any of it, else say that there is none."""
    lines(document, f"{{%p if {condition} %}}")
    draw()
    lines(document, "{%p else %}", _NOTHING, "{%p endif %}")


def _indicators(document: Docx) -> None:
    lines(document, "{%p if not measures|selectattr('series')|list %}", _NOTHING, "{%p endif %}")
    lines(document, "{%p for m in measures %}", "{%p for s in m.series %}")
    document.add_heading("{{ s.title }} ({{ m.title }})", level=2)
    labels = {"definition": "Was gemessen wird:", "why": "Warum:", "target": "Zielwert:", "source": "Quelle:"}
    for name, label in labels.items():
        for style, words in _given(f"s.{name}", label, f"{{{{ s.{name} }}}}"):
            write(document.add_paragraph(style=style or None), words)
    lines(document, "{%p if plots[s.plot] %}", "{{ plots[s.plot] }}", "{%p endif %}", "{%p if s.points %}")
    cells = [[("", "{{ p.day }}")], [("", "{{ p.value }}")]]
    table(document, (("Tag", 50), ("Wert", 50)), "p in s.points", cells)
    lines(document, "{%p endif %}", "{%p endfor %}", "{%p endfor %}")


def _coverage(document: Docx) -> None:
    titles = ("Maßnahme", "Gebiet", "Was gemessen wird", "Ausgabe", "Anteil", "Quelle")
    columns = tuple(zip(titles, (18, 16, 24, 12, 13, 17), strict=True))
    cells = [
        [("", "{{ m.title }}")],
        *([("", f"{{{{ c.{name} }}}}")] for name in ("area", "definition", "edition", "share", "source")),
    ]
    _where(
        document,
        "measures|selectattr('coverage')|list",
        lambda: table(document, columns, ("m in measures", "c in m.coverage"), cells),
    )
    lines(document, "{%p for m in measures %}", "{%p for c in m.coverage if c.editions %}")
    document.add_heading("{{ c.title }} ({{ m.title }})", level=2)
    lines(document, "{{ plots[c.plot] }}")
    cells = [[("", "{{ e.edition }}")], [("", "{{ e.share }}")]]
    table(document, (("Ausgabe", 40), ("Anteil", 60)), "e in c.editions", cells)
    lines(document, "{%p endfor %}", "{%p endfor %}")


def _funding(document: Docx) -> None:
    cells = [[("", "{{ m.title }}")], [("", "{{ m.funding }}")]]
    columns = (("Maßnahme", 35), ("Förderung", 65))
    _where(
        document,
        "measures|selectattr('funding')|list",
        lambda: table(document, columns, "m in measures if m.funding", cells),
    )


def _obstacles(document: Docx) -> None:
    cells = [
        [("", "{{ m.title }}")],
        [
            ("", "{%p for text in m.obstacles %}"),
            ("List Bullet", "{{ text }}"),
            ("", "{%p endfor %}"),
            ("", ""),
        ],
        [("", "{%p for text in m.asked %}"), ("", "{{ text }}"), ("", "{%p endfor %}"), ("", "")],
    ]
    columns = (("Maßnahme", 26), ("Was sie aufhält", 40), ("Was vom Rat erbeten wird", 34))
    _where(
        document,
        "(measures|selectattr('obstacles')|list) or (measures|selectattr('asked')|list)",
        lambda: table(document, columns, "m in measures if m.obstacles or m.asked", cells),
    )


def _papers(document: Docx) -> None:
    columns = (("Nummer", 20), ("Titel", 30), ("Bedeutung", 16), ("Beschluss", 34))
    number, title, *rest = (
        [("", f"{{{{ p.{name} }}}}")] for name in ("reference", "title", "role", "decided")
    )
    address = [("", "{%p if p.url %}"), ("Footer", "{{ p.url }}"), ("", "{%p endif %}"), ("", "")]
    cells = [number, [*title, *address], *rest]
    _where(document, "papers", lambda: table(document, columns, "p in papers", cells))


def _method(document: Docx) -> None:
    lines(
        document, "{{ known }}", "{%p for text in method %}", "{{ text }}", "{%p endfor %}", "{%p if notes %}"
    )
    cells = [[("", f"{{{{ n.{name} }}}}")] for name in ("measure", "text", "reason")]
    table(document, (("Maßnahme", 28), ("Was fehlt", 36), ("Warum es so bleibt", 36)), "n in notes", cells)
    lines(document, "{%p endif %}", "{%p if url %}")
    write(document.add_paragraph(), "**Dieser Bericht im Netz:** {{ url }}")
    lines(document, "{%p endif %}")


def _annex(document: Docx) -> None:
    lines(document, "{%p if not annex %}", _NOTHING, "{%p endif %}", "{%p for t in annex %}")
    document.add_heading("{{ t.title }}", level=2)
    made = table(
        document,
        (("{%tc for c in t.columns %}", 30), ("{{ c }}", 40), ("{%tc endfor %}", 30)),
        "r in t.rows",
        [[("", "{%tc for c in r %}")], [("", "{{ c }}")], [("", "{%tc endfor %}")]],
    )
    automatic(made)
    lines(document, "{%p endfor %}")
