"""Prints pages as PDF with Chromium, in a font of the packages: what is installed here decides nothing."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from chromium import CHROMIUM, MISSING

from ckanext.digitalms.reporting.characters import font_files


@dataclass(frozen=True)
class Type:
    """A size in px, and a width in percent of the ordinary one: where lines and pages end hangs on both."""

    size: int
    width: float = 100

    @property
    def style(self) -> str:
        """Return it as CSS."""
        (font,) = (path for path in font_files() if path.name.startswith("NotoSans["))
        return (
            f"@font-face {{ font-family: printed; src: url('{font.as_uri()}'); font-stretch: 62.5% 100% }} "
            f"body {{ font-family: printed; font-size: {self.size}px; font-stretch: {self.width}% }}"
        )


def print_page(html: str, folder: Path, *, tagged: bool = True) -> bytes:
    """Print a page of HTML, with its structure or without."""
    if CHROMIUM is None:
        pytest.skip(MISSING)
    (folder / "r.html").write_text(html, encoding="utf-8")
    flags = [] if tagged else ["--disable-pdf-tagging"]
    subprocess.run(
        [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", *flags,
         f"--print-to-pdf={folder / 'r.pdf'}", f"file://{folder / 'r.html'}"],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return (folder / "r.pdf").read_bytes()
