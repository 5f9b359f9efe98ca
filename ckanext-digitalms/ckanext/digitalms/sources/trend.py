"""The errors of the last runs as a small plot with its words; their table is on the page of the source."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

HEIGHT, BAR, GAP = 28, 8, 3
GOOD, BAD = "#1a6637", "#9c1f0c"  # --dm-done and --dm-late of the style sheet


def svg(errors: Sequence[int], description: str) -> str:
    """Draw one bar for each run, the newest at the right: a low green one without errors, a red one with.

    Args:
        errors: of each run, the oldest first; at least one.
        description: what is to be seen, for those who cannot see it.
    """
    most = max(*errors, 1)
    width = len(errors) * (BAR + GAP) - GAP
    bars = "".join(_bar(place, count, most) for place, count in enumerate(errors))
    return (
        f'<svg class="dm-trend" viewBox="0 0 {width} {HEIGHT}" width="{width}" height="{HEIGHT}" role="img" '
        f'aria-label={quoteattr(description)} xmlns="http://www.w3.org/2000/svg">'
        f"<title>{escape(description)}</title>{bars}</svg>"
    )


def _bar(place: int, count: int, most: int) -> str:
    # a run with an error is never as low as one without
    height = 4 if count == 0 else 10 + round((HEIGHT - 10) * count / most)
    left, top, colour = place * (BAR + GAP), HEIGHT - height, BAD if count else GOOD
    return f'<rect x="{left}" y="{top}" width="{BAR}" height="{height}" fill="{colour}"/>'
