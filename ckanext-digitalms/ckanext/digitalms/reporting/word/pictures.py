"""The plots as pictures for a Word document: drawn from the same SVG as on the pages, by typst."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from ckanext.digitalms.reporting import plot, wording
from ckanext.digitalms.reporting.annex import by_status
from ckanext.digitalms.reporting.characters import PLOT_FAMILY, font_files, printable
from ckanext.digitalms.reporting.report import Report

STATUS = "status"
# of the pictures, in points for an inch
_PPI = 160
_SOURCE = b"""
#set page(width: auto, height: auto, margin: 0pt)
#for each in json(bytes(sys.inputs.plots)) { page(image(bytes(each), format: "svg", width: 12cm)) }
"""


@dataclass(frozen=True)
class Plot:
    """A plot: its name in a template, its SVG, and its words for those who cannot see it."""

    name: str
    svg: str
    alt: str


def plots_of(report: Report) -> list[Plot]:
    """Return the plots of a report: how many measures stand where, series and shares of several values."""
    made = []
    rows = by_status(report).rows
    if rows:
        made.append(Plot(STATUS, plot.status_svg("dm-status", report.measures), wording.status_alt(rows)))
    for at, measure in enumerate(report.measures):
        for place, series in enumerate(measure.series):
            if len(series.points) >= plot.LEAST_POINTS:
                name = f"series_{at}_{place}"
                made.append(Plot(name, plot.series_svg("dm-series", series), wording.series_alt(series)))
        for place, one in enumerate(measure.coverage):
            if plot.has_coverage_plot(one):
                name, drawing = f"coverage_{at}_{place}", plot.coverage_svg("dm-coverage", one)
                made.append(Plot(name, drawing, wording.coverage_alt(one)))
    return made


def drawn(svgs: list[str]) -> list[bytes]:
    """Return the plots as PNG, in their order."""
    import typst

    if not svgs:
        return []
    named = [printable(svg).replace("<svg ", f'<svg font-family="{PLOT_FAMILY}" ', 1) for svg in svgs]
    fonts = typst.Fonts(False, False, [str(path.parent) for path in font_files()])
    inputs = {"plots": msgspec.json.encode(named).decode()}
    made = typst.Compiler(_SOURCE, font_paths=fonts, sys_inputs=inputs).compile(format="png", ppi=_PPI)
    return made if isinstance(made, list) else [made] if made else []
