"""What the description of a dataset gives points for.

Nothing is fetched. Whether an address answers is told by who asks: ``None`` where that is not known, and then
no points are given and none are missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from . import rules
from .rules import Indicator

Node = Mapping[str, Any]
# whether an address answers, or ``None`` where nobody knows
Answers = Callable[[str], bool | None]


@dataclass(frozen=True)
class Score:
    """What one indicator gives.

    Args:
        code: of the indicator.
        is_met: ``None`` where it cannot be told here.
    """

    code: str
    is_met: bool | None

    @property
    def indicator(self) -> Indicator:
        """Return what is looked at."""
        return rules.BY_CODE[self.code]

    @property
    def points(self) -> int | None:
        """Return the points, or nothing where it is not judged."""
        return None if self.is_met is None else self.indicator.points * self.is_met


def points(scores: Iterable[Score]) -> int:
    """Return the sum of the points that are known."""
    return sum(one.points or 0 for one in scores)


def unknown(scores: Iterable[Score]) -> int:
    """Return how many points are not judged."""
    return sum(one.indicator.points for one in scores if one.is_met is None)


def judge(nodes: Iterable[Node], conforms: bool | None, answers: Answers) -> list[Score]:
    """Return what each indicator gives, in their order.

    Args:
        nodes: of the dataset, itself first, as ``dcat.describing`` makes them.
        conforms: whether the rules of DCAT-AP are kept.
        answers: whether an address does.
    """
    told = list(nodes)
    dataset = told[0]
    met: dict[str, bool | None] = {
        **_of_dataset(dataset),
        "conform": conforms,
        **_best(told, dataset, answers),
    }
    return [Score(one.code, met[one.code]) for one in rules.INDICATORS]


def _of_dataset(dataset: Node) -> dict[str, bool]:
    access = _iris(dataset, "dct:accessRights")
    return {
        "keyword": bool(dataset.get("dcat:keyword")),
        "theme": bool(dataset.get("dcat:theme")),
        "spatial": bool(dataset.get("dct:spatial")),
        "temporal": bool(dataset.get("dct:temporal")),
        "access_rights": bool(access),
        "access_rights_known": bool(access) and _all_begin(access, rules.EU_ACCESS),
        "contact_point": bool(dataset.get("dcat:contactPoint")),
        "publisher": bool(dataset.get("dct:publisher")),
    }


def _best(nodes: list[Node], dataset: Node, answers: Answers) -> dict[str, bool | None]:
    """Return what the best file gives; one that is judged comes before one that is not."""
    files = [one for one in nodes if "dcat:Distribution" in one["@type"]]
    judged = [_of_file(one, dataset, answers) for one in files]
    nothing: dict[str, bool | None] = {one.code: False for one in rules.INDICATORS if one.of_file}
    dated: dict[str, bool | None] = {
        name: bool(dataset.get(f"dct:{name}")) for name in ("issued", "modified")
    }
    return max(judged, key=_worth, default=nothing | dated)


def _worth(met: Mapping[str, bool | None]) -> tuple[int, int]:
    known = sum(rules.BY_CODE[code].points for code, is_met in met.items() if is_met)
    open_ = sum(rules.BY_CODE[code].points for code, is_met in met.items() if is_met is None)
    # what may come to more comes first; of equal ones that of which more is known
    return known + open_, known


def _of_file(told: Node, dataset: Node, answers: Answers) -> dict[str, bool | None]:
    kinds, media = _iris(told, "dct:format"), _iris(told, "dcat:mediaType")
    names = {one.removeprefix(rules.FILE_TYPES) for one in kinds}
    licenses, download = _iris(told, "dct:license"), _iris(told, "dcat:downloadURL")
    known = [*kinds, *media]
    return {
        "access_url_answers": _any(map(answers, _iris(told, "dcat:accessURL"))),
        "download_url": bool(download),
        "download_url_answers": _any(map(answers, download)),
        "format": bool(kinds),
        "media_type": bool(media),
        "format_known": bool(known) and _all_begin(kinds, rules.FILE_TYPES) and _all_begin(media, rules.IANA),
        "non_proprietary": bool(names & rules.NON_PROPRIETARY),
        "machine_readable": bool(names & rules.MACHINE_READABLE),
        "license": bool(licenses),
        "license_known": bool(licenses) and _all_begin(licenses, rules.EU_LICENCES),
        "rights": bool(told.get("dct:rights")),
        "byte_size": bool(told.get("dcat:byteSize")),
        "issued": bool(told.get("dct:issued") or dataset.get("dct:issued")),
        "modified": bool(told.get("dct:modified") or dataset.get("dct:modified")),
    }


def _iris(node: Node, name: str) -> list[str]:
    return [one["@id"] for one in node.get(name, ()) if "@id" in one]


def _all_begin(iris: list[str], prefix: str) -> bool:
    return all(one.startswith(prefix) for one in iris)


def _any(told: Iterable[bool | None]) -> bool | None:
    """Return whether one is so; nothing where none is known to be, and some are not known."""
    found = list(told)
    if any(found):
        return True
    return None if None in found else False
