"""Reports on paper: a report of 500 measures as HTML, Word and PDF, in CPU seconds and memory.

The PDF is measured against typst alone, which sets the same paper in the same run.
"""

from __future__ import annotations

import resource
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
import sample_reports

from ckanext.digitalms.reporting import characters, html, pdf
from ckanext.digitalms.reporting.layout import lay_out
from ckanext.digitalms.reporting.word import render

pytestmark = pytest.mark.pure

MEASURES = 500


def cpu() -> float:
    """Return the CPU seconds of this process and of those that it has waited for."""
    spent = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in spent)


def measured(work: Callable[[], bytes]) -> tuple[float, int, int]:
    """Return CPU seconds, bytes, and the largest memory of a process that it waited for so far, in MB."""
    begun = cpu()
    made = work()
    return cpu() - begun, len(made), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10


def typst_alone(paper: str) -> bytes:
    """Set a paper that is cleaned already, with nothing of ours around it."""
    import typst

    fonts = typst.Fonts(False, False, [str(path.parent) for path in characters.font_files()])
    inputs = {
        "paper": paper,
        "fonts": msgspec.json.encode(characters.FAMILIES).decode(),
        "plot-font": characters.PLOT_FAMILY,
        "contents": "Inhalt",
    }
    source = Path(pdf.__file__).with_name("typst") / "paper.typ"
    made = typst.Compiler(source.read_bytes(), font_paths=fonts, sys_inputs=inputs).compile(
        format="pdf", pdf_standards=[*pdf.STANDARDS], timestamp=0
    )
    assert isinstance(made, bytes)
    return made


def test_reports_on_paper() -> None:
    report = sample_reports.many(MEASURES)
    print(f"\n| {MEASURES} measures | CPU seconds | MB | memory of the process |\n|---|---|---|---|")
    seconds, size, _ = measured(lambda: html.document(report))
    print(f"| HTML | {seconds:.2f} | {size / 10**6:.1f} | – |")
    seconds, size, peak = measured(lambda: render.render(report))
    print(f"| DOCX | {seconds:.2f} | {size / 10**6:.1f} | {peak} MB |")
    seconds, size, peak = measured(lambda: pdf.render(report))
    paper = msgspec.json.encode(pdf.cleaned(lay_out(report))).decode()
    alone, _, _ = measured(lambda: typst_alone(paper))
    print(f"| PDF | {seconds:.2f} | {size / 10**6:.1f} | {peak} MB |")
    print(f"| typst alone (limit 1.5 x) | {alone:.2f} | | {seconds / alone:.2f} x |")
