"""What our plots have in common: the picture with its name and words, and the axes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape


@dataclass(frozen=True)
class Frame:
    """The size of a plot, and what its margins take.

    Args:
        right: what is kept free right of the last place.
    """

    width: int
    height: int
    top: int
    bottom: int
    left: int
    right: int = 0

    def x(self, part: float) -> float:
        """Return the place of a part (0 to 1) of the axis of time."""
        return self.left + (self.width - self.left - self.right) * part

    def y(self, part: float) -> float:
        """Return the height of a part (0 to 1) of the upright axis."""
        return self.top + (self.height - self.top - self.bottom) * (1 - part)

    def rule(self, part: float, text: str) -> str:
        """Draw a line across the plot, with its value."""
        height = self.y(part)
        return (
            f'<path d="M{self.left} {height:.1f}H{self.width}" stroke="#d9dee5"/>'
            f'<text x="{self.left - 8}" y="{height + 5:.1f}" text-anchor="end">{escape(text)}</text>'
        )

    def mark(self, place: float, text: str, anchor: str = "middle") -> str:
        """Write below the axis of time."""
        below = self.height - self.bottom + 26
        return f'<text x="{place:.1f}" y="{below}" text-anchor="{anchor}">{escape(text)}</text>'

    def picture(self, name: str, title: str, description: str, parts: Iterable[str]) -> str:
        """Return the plot as SVG.

        Args:
            name: makes its ids unique on the page.
            title: the plot's name, for those who cannot see it.
            description: what it shows, in a sentence.
            parts: what is in it.
        """
        return (
            f'<svg viewBox="0 0 {self.width} {self.height}" role="img" '
            f'aria-labelledby="{name}-title {name}-text" '
            f'xmlns="http://www.w3.org/2000/svg" font-size="15" fill="#16202e">'
            f'<title id="{name}-title">{escape(title)}</title>'
            f'<desc id="{name}-text">{escape(description)}</desc>{"".join(parts)}</svg>'
        )
