"""The goals of a measure by year and what became of them, as stacked columns; a table has the goals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from xml.sax.saxutils import escape

from ckanext.digitalms.charts import Frame
from ckanext.digitalms.vocabularies import GoalState

FRAME = Frame(width=480, height=220, top=14, bottom=40, left=36)
# colour and strokes of each state, from the bottom up; they differ without colours, too
_LOOKS = {
    GoalState.REACHED: ("#1a6637", ""),
    GoalState.OPEN: ("#5a86b5", "M0 0L8 8"),
    GoalState.MISSED: ("#a3281e", "M4 0V8"),
    GoalState.DROPPED: ("#515c69", "M0 0L8 8M0 8L8 0"),
}
MOST_YEARS = 24


def svg(
    years: Mapping[int, Mapping[GoalState, int]],
    title: str,
    description: str,
    label: Callable[[GoalState], str],
) -> str:
    """Draw a column for each year.

    Args:
        years: how many goals of it are in each state; at least one.
        title: the plot's name, for those who cannot see it.
        description: what it shows, in a sentence.
        label: the word for a state.
    """
    shown = dict(list(years.items())[-MOST_YEARS:])
    most = max(sum(counts.values()) for counts in shown.values()) or 1
    step = max(1, -(-most // 4))
    grid = (FRAME.rule(value / most, str(value)) for value in range(0, most + 1, step))
    patterns = f"<defs>{''.join(map(_pattern, _LOOKS))}</defs>"
    return FRAME.picture("dm-goals", title, description, [patterns, *grid, *_columns(shown, most, label)])


def _pattern(state: GoalState) -> str:
    colour, strokes = _LOOKS[state]
    return (
        f'<pattern id="dm-goal-{state.value}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<rect width="8" height="8" fill="{colour}"/>'
        f'<path d="{strokes}" stroke="#fff" stroke-opacity=".6" stroke-width="1.5"/></pattern>'
    )


def _columns(
    shown: Mapping[int, Mapping[GoalState, int]], most: int, label: Callable[[GoalState], str]
) -> Iterator[str]:
    width = (FRAME.width - FRAME.left) / len(shown)
    every = -(-len(shown) // 8)
    for place, (year, counts) in enumerate(shown.items()):
        begin, below = FRAME.x(place / len(shown)) + width * 0.2, 0
        for state in _LOOKS:
            count = counts.get(state, 0)
            if count:
                top, bottom = FRAME.y((below + count) / most), FRAME.y(below / most)
                told = escape(f"{year}: {count} {label(state)}")
                yield (
                    f'<rect x="{begin:.1f}" y="{top:.1f}" width="{width * 0.6:.1f}" '
                    f'height="{bottom - top:.1f}" fill="url(#dm-goal-{state.value})" stroke="#fff">'
                    f"<title>{told}</title></rect>"
                )
                below += count
        if place % every == 0:
            yield FRAME.mark(begin + width * 0.3, str(year))


def swatch(state: GoalState) -> str:
    """Draw the small square of a legend."""
    colour, strokes = _LOOKS[state]
    return (
        '<svg viewBox="0 0 16 16" aria-hidden="true"><rect width="16" height="16" rx="3" '
        f'fill="{colour}"/><path d="{strokes}" transform="scale(2)" stroke="#fff" stroke-opacity=".6"/></svg>'
    )
