"""Draws a page so that each character keeps the number of the marked piece that it stands in."""

from __future__ import annotations

from typing import Any

from pdfminer.pdfinterp import PDFPageInterpreter
from pdfplumber.page import PDFPageAggregatorWithMarkedContent

_OUTSIDE = "Artifact"  # headers and page numbers, also within a piece


class _Marking(PDFPageAggregatorWithMarkedContent):  # type: ignore[misc]
    """Marks nest: what stands in one without a number is of the one around it, and so is what follows.

    pdfplumber forgets the outer number at the first inner mark, such as Chromium puts around each ligature.
    """

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._around: list[tuple[str | None, int | None]] = []

    def begin_tag(self, tag: Any, props: Any = None) -> None:
        """Begin a mark."""
        around = self.cur_tag, self.cur_mcid
        self._around.append(around)
        super().begin_tag(tag, props)
        if self.cur_mcid is None and self.cur_tag != _OUTSIDE and around[0] != _OUTSIDE:
            self.cur_mcid = around[1]

    def end_tag(self) -> None:
        """End a mark; one that was never begun ends none."""
        self.cur_tag, self.cur_mcid = self._around.pop() if self._around else (None, None)


def draw(page: Any) -> None:
    """Draw a page of pdfplumber's, which then has its characters with their numbers."""
    device = _Marking(page.pdf.rsrcmgr, pageno=page.page_number, laparams=page.pdf.laparams)
    PDFPageInterpreter(page.pdf.rsrcmgr, device).process_page(page.page_obj)
    page._layout = device.get_result()
