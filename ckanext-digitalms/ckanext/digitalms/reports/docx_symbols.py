"""Signs of the fonts Symbol and Wingdings, which a DOCX names by font and place, as signs of Unicode."""

from __future__ import annotations

_PRIVATE = 0xF000


def _table(pairs: str) -> dict[int, str]:
    """Read pairs of a place in two digits and its sign."""
    return {0x20: " ", **{int(pair[:2], 16): pair[2:] for pair in pairs.split()}}


_WINGDINGS = _table(
    "6C● 6D❍ 6E■ 6F□ 71❑ 72❒ 73⬧ 74⧫ 75◆ 76❖ 77⬥ 9E· 9F• A1○ A7▪ A8◻ D8➢ E0→ DF← E1↑ E2↓ E8➔ FB✗ FC✓ "
    "FD☒ FE☑ 28☎ 2A✉ 4A☺ 4C☹"
)
_SYMBOL = _table(
    "B7• AE→ AC← AD↑ AF↓ B3≥ A3≤ B1± B9≠ BB≈ B4× B0° 2D− D7· DE⇒ A5∞ 61α 62β 44Δ 53Σ 6Dμ 70π D2® E2® "
    "D3© E3© D4™ E4™"
)
_FONTS = {"wingdings": _WINGDINGS, "symbol": _SYMBOL}
UNKNOWN = "\N{REPLACEMENT CHARACTER}"


def sign_of(font: str, code: str) -> str:
    """Return the sign at a place of a font, or :data:`UNKNOWN` where the font is not known.

    Args:
        font: its name, such as ``Wingdings``.
        code: the place as a hexadecimal number, with or without the offset of private use.
    """
    try:
        place = int(code, 16)
    except ValueError:
        return UNKNOWN
    known = _FONTS.get(font.strip().lower())
    if known is not None:
        return known.get(place & 0xFF, UNKNOWN)
    if _PRIVATE <= place < _PRIVATE + 0x100 or not 0x20 <= place <= 0x10FFFF or 0xD800 <= place < 0xE000:
        return UNKNOWN
    return chr(place)
