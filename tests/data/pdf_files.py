"""Writes PDF files object by object: pages of words at places, lines, pictures, and faults."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Word = tuple[float, float, str]
Rule = tuple[float, float, float, float]


def pdf(pages: Iterable[bytes], extra: str = "", objects: Sequence[bytes] = (), resources: str = "") -> bytes:
    """Return a PDF of pages in A4 with the fonts F1 (Helvetica) and F2 (bold).

    Args:
        pages: the content of each page.
        extra: what the trailer has besides.
        objects: further objects, numbered from 5.
        resources: of every page besides the fonts.
    """
    contents = list(pages)
    first = 5 + len(objects)
    kids = " ".join(f"{first + 2 * n} 0 R" for n in range(len(contents)))
    fonts = "/Font << /F1 3 0 R /F2 4 0 R >>"
    made = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(contents)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
        *objects,
    ]
    for number, content in enumerate(contents):
        made.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {first + 2 * number + 1} 0 R "
            f"/Resources << {fonts} {resources} >> >>".encode()
        )
        made.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(made, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += f"xref\n0 {len(made) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += f"trailer << /Size {len(made) + 1} /Root 1 0 R {extra} >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def page(words: Iterable[Word] = (), rules: Iterable[Rule] = (), bold: Iterable[Word] = ()) -> bytes:
    """Return the content of a page: words at (x, y from the top), and lines from (x, y) to (x, y)."""
    drawn = [_words("F1", words), _words("F2", bold)]
    for x0, y0, x1, y1 in rules:
        drawn.append(f"{x0} {842 - y0} m {x1} {842 - y1} l S".encode())
    return b"\n".join(drawn)


def _words(font: str, words: Iterable[Word]) -> bytes:
    told = b""
    for x, y, text in words:
        for sign in "\\()":
            text = text.replace(sign, f"\\{sign}")
        told += b"BT /%s 10 Tf %g %g Td (%s) Tj ET\n" % (font.encode(), x, 842 - y, text.encode("cp1252"))
    return told


def grid(xs: Sequence[float], ys: Sequence[float]) -> list[Rule]:
    """Return the lines of a ruled table."""
    level = [(xs[0], y, xs[-1], y) for y in ys]
    return [*level, *((x, ys[0], x, ys[-1]) for x in xs)]


def scan(count: int) -> bytes:
    """Return a PDF of pages that each hold a picture and no text."""
    return with_picture([PICTURE] * count)


PICTURE = b"q 595 0 0 842 0 0 cm /X Do Q"


def with_picture(pages: Iterable[bytes]) -> bytes:
    """Return a PDF of pages that can draw one picture, as :data:`PICTURE` does on a whole page."""
    picture = (
        b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 "
        b"/Length 1 >>\nstream\n\x80\nendstream"
    )
    return pdf(pages, objects=[picture], resources="/XObject << /X 5 0 R >>")


def protected() -> bytes:
    """Return a PDF that opens with a password only."""
    secret = "00" * 32
    encrypt = f"/Encrypt << /Filter /Standard /V 1 /R 2 /O <{secret}> /U <{secret}> /P -4 >> /ID [<00> <00>]"
    return pdf([page([(50, 50, "Geheim")])], extra=encrypt)
