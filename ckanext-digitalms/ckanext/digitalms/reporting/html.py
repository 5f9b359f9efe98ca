"""The report as HTML: one document that stands for itself, whose body the pages show in their frame.

It is drawn by templates of its own, in German, and by nothing of a request, so that a frozen report is the
same bytes whoever asked for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from . import plot, wording
from .annex import by_status
from .report import Measure, Report, Section
from .sections import SectionKind
from .sentences import short_day

__all__ = ["body", "body_markup", "body_of", "document", "of_measure"]

_TEMPLATES = Path(__file__).with_name("templates")
_STYLE = "assets/css/report.css"
_BEGIN, _END = "<!-- report -->", "<!-- /report -->"


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do"],
    )
    made.filters |= {
        "day": short_day,
        "paragraphs": _paragraphs,
    }
    made.globals |= {
        "series_svg": lambda name, series: Markup(plot.series_svg(name, series)),  # noqa: S704 - escaped
        "status_svg": lambda name, measures: Markup(plot.status_svg(name, measures)),  # noqa: S704 - escaped
        "status_rows": lambda report: by_status(report).rows,
        "coverage_svg": lambda name, one: Markup(plot.coverage_svg(name, one)),  # noqa: S704 - escaped
        "has_coverage_plot": plot.has_coverage_plot,
        "least_points": plot.LEAST_POINTS,
        "kinds": SectionKind,
        "wording": wording,
    }
    return made


def _paragraphs(text: str) -> Markup:
    """Return a text with its paragraphs; single line breaks stay."""
    parts = [part for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if part.strip()]
    lines = [Markup("<br>").join(map(escape, part.strip().split("\n"))) for part in parts]
    return Markup("").join(Markup("<p>{}</p>").format(each) for each in lines)


def body(report: Report) -> str:
    """Return what stands between the header and the footer of a page."""
    return _environment().get_template("report.html").render(report=report)


def body_markup(report: Report) -> Markup:
    """Return the body as what a template takes as it is."""
    return Markup(body(report))  # noqa: S704 - the template has escaped it


def of_measure(measure: Measure, sections: Sequence[Section], columns: Sequence[str]) -> Markup:
    """Return what a report says of a measure, part by part, without its title and without plots.

    Args:
        measure: of which it tells.
        sections: the parts of the report, in their order.
        columns: the headings of its table.
    """
    told = {
        "measure": measure,
        "sections": sections,
        "columns": columns,
        "has_table": any(each.kind == SectionKind.TABLE for each in sections),
    }
    made = _environment().get_template("of_measure.html").render(told)
    return Markup(made)  # noqa: S704 - the template has escaped it


def document(report: Report) -> bytes:
    """Return the report as a document of its own, with its style in it."""
    style = files("ckanext.digitalms").joinpath(_STYLE).read_text("utf-8")
    template = _environment().get_template("document.html")
    inner = Markup(f"{_BEGIN}{body(report)}{_END}")  # noqa: S704 - the template has escaped it
    return template.render(report=report, inner=inner, style=Markup(style)).encode()  # noqa: S704 - our file


def body_of(content: bytes) -> Markup:
    """Return the body of a document that :func:`document` made."""
    text = content.decode()
    return Markup(text[text.index(_BEGIN) + len(_BEGIN) : text.rindex(_END)])  # noqa: S704 - our own file
