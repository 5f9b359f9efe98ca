"""The official tables of coverage that are known, and which of them another header comes nearest to. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ckanext.digitalms.shared import N_, Cause, Finding, Message, short


@dataclass(frozen=True)
class Format:
    """A kind of table: how it is called, and what its titles look like.

    Args:
        name: in words.
        titles: an example of each kind of column.
        pattern: what one of its titles looks like, in small letters.
    """

    name: str
    titles: tuple[str, ...]
    pattern: str

    def fitting(self, header: Sequence[str]) -> int:
        """Count the titles that are of this kind."""
        return sum(bool(re.fullmatch(self.pattern, title.strip().casefold())) for title in header)


MOBILE = Format(
    N_("mobile coverage by kind of area, a row for each area, technology and kind of area (2018 to 2021)"),
    ("AGS", "Technologie", "Flaechenart", "Flaechen Gruppe", "Flaechen Gruppe Name", "Verfügbarkeit"),
    r"ags|technologie|fl(ä|ae)chen[ _]?(art|gruppe|gruppe[ _]name)|verf(ü|ue)gbarkeit",
)
FORMATS = (
    Format(
        N_("Breitbandatlas by municipality, 2018 to 2021"),
        ("AGS", "alle Technologien ≥ 30 Mbit/s"),
        r"ags|.+[≥>=]+ ?\d+ ?mbit/s",
    ),
    Format(
        N_("Breitbandatlas by district, state and for the country, 2018 to 2021"),
        ("ags", "verf_300_30"),
        r"ags|staat|verf_.+",
    ),
    Format(N_("Breitbandatlas, middle of 2018"), ("AGS", "300_30", "DSL_30"), r"ags|[a-z0-9/]+_\d+"),
    MOBILE,
    Format(
        N_("Gigabit-Grundbuch since 2022, the workbook bba_MM_YYYY.xlsx"),
        ("AGS", "Name", "Verwaltungsebene", "≥ 30 Mbit/s"),
        r"ags|name|verwaltungsebene|[≥>=]* ?\d+( ?mbit/s)?",
    ),
)


def nearest(header: Sequence[str], row: int | None = None) -> Finding:
    """Say which known table a header comes nearest to, and what does not fit it."""
    best = max(FORMATS, key=lambda one: one.fitting(header))
    fit, titles = best.fitting(header), ", ".join(best.titles)
    odd = [title for title in header if not best.fitting([title])]
    values: dict[str, object] = {
        "format": Message(best.name),
        "titles": titles,
        "fit": fit,
        "count": len(header),
        "odd": short(", ".join(one.strip() or "–" for one in odd)),
    }
    text = (
        N_("None of the known tables has such columns; the first of them is: {format} ({titles}).")
        if not fit
        else N_("Nearest comes: {format} ({titles}). All {count} columns look like it.")
        if not odd
        else N_("Nearest comes: {format} ({titles}). {fit} of {count} columns look like it, not {odd}.")
    )
    allowed = Message(N_("one of the known tables, with its header as it was published"))
    return Finding(Cause.NEAREST, Message(text, values), row, None, short(" | ".join(header)), allowed)
