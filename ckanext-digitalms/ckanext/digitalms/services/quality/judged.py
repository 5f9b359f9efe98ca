"""What the description of a dataset gives points for, by its piece of the catalogue for other portals."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from ckanext.digitalms import config
from ckanext.digitalms.dcat import catalogue, checking
from ckanext.digitalms.publishing.snapshot import site_url
from ckanext.digitalms.quality import judging, rules
from ckanext.digitalms.quality.judging import Score
from ckanext.digitalms.services.dcat import pages
from ckanext.digitalms.services.dcat.pieces import Piece

# what the catalogue gives itself to whoever asks
_SERVED = re.compile(
    r"/(digitalisierung/daten/.|digitalisierungsmassnahme/.|api/3/action/.|dataset/[^/?#]+/resource/.)"
)


@dataclass(frozen=True)
class Verdict:
    """What each indicator gives, and all of them together.

    Args:
        scores: in the order of the indicators.
        european: the points in the feed with licences of the European list.
    """

    scores: Sequence[Score]
    european: int

    @property
    def points(self) -> int:
        """Return the points that are known."""
        return judging.points(self.scores)

    @property
    def unknown(self) -> int:
        """Return how many points are not judged."""
        return judging.unknown(self.scores)


def of_met(met: Mapping[str, bool | None], piece: Piece) -> Verdict:
    """Return a verdict that was kept."""
    scores = [Score(one.code, met.get(one.code)) for one in rules.INDICATORS]
    return Verdict(scores, _european(piece, met.get("conform")))


def of_piece(piece: Piece) -> Verdict:
    """Judge one dataset; raises ``ShapesError``."""
    found = checking.check(pages.whole(piece), config.shapes())
    return judged(piece, conforms=not any(_breaks(one) for one in found))


def of_pieces(told: Sequence[Piece]) -> list[Verdict]:
    """Judge some datasets at once, with the catalogue around them; raises ``ShapesError``."""
    found = checking.check(pages.nodes_of(told, "own", "de"), config.shapes())
    broken = {one.focus for one in found if _breaks(one)}
    return [
        judged(piece, conforms=broken.isdisjoint(str(one["@id"]) for one in piece.nodes)) for piece in told
    ]


def judged(piece: Piece, *, conforms: bool) -> Verdict:
    """Judge a dataset of which it is known whether the rules of DCAT-AP.de are kept."""
    return Verdict(judging.judge(piece.nodes, conforms, answers), _european(piece, conforms))


def _european(piece: Piece, conforms: bool | None) -> int:
    nodes = catalogue.with_european_licenses(piece.nodes)
    return judging.points(judging.judge(nodes, conforms, answers))


def answers(address: str) -> bool | None:
    """Return whether an address answers: ours does; of others nobody knows without asking."""
    site = site_url()
    if not address.startswith(f"{site}/"):
        return None
    return True if _SERVED.match(address.removeprefix(site)) else None


def mark(piece: Piece) -> str:
    """Name what a verdict is made from."""
    told = (rules.VERSION, site_url(), str(config.shapes() or ""))
    return hashlib.sha256(repr(told).encode() + msgspec.json.encode(piece.nodes)).hexdigest()[:16]


def _breaks(result: checking.Result) -> bool:
    return result.severity == "Violation"
