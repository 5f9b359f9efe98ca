"""The verdicts on all public datasets, kept until what they are made from changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ckanext.digitalms import config
from ckanext.digitalms.dcat.catalogue import Paging
from ckanext.digitalms.model import DatasetQuality, HarvestIdentity
from ckanext.digitalms.model.public import IS_PUBLIC
from ckanext.digitalms.quality import rules
from ckanext.digitalms.services.dcat import pages, pieces
from ckanext.digitalms.services.dcat.pieces import Piece

from . import judged
from .judged import Verdict

# the public datasets and measures: nothing else is judged
PUBLIC = sa.and_(IS_PUBLIC, model.Package.type.in_(pieces.TYPES))


def refresh() -> int:
    """Judge every public dataset whose description has changed, 100 at once; return how many.

    Raises:
        ShapesError: the rules cannot be read.
    """
    found = model.Session.execute(sa.select(DatasetQuality.package_id, DatasetQuality.mark))
    marks: dict[str, str] = dict(found.tuples().all())
    count = 0
    for told in _pages():
        changed = [(key, piece) for key, piece in told if marks.get(key) != judged.mark(piece)]
        verdicts = judged.of_pieces([piece for _, piece in changed]) if changed else []
        keep([(key, piece, verdict) for (key, piece), verdict in zip(changed, verdicts, strict=True)])
        count += len(changed)
    model.Session.execute(sa.delete(DatasetQuality).where(DatasetQuality.package_id.not_in(_public_ids())))
    model.repo.commit()
    return count


def _pages() -> Iterator[list[tuple[str, Piece]]]:
    number, last = 1, 1
    while number <= last:
        count, told = pages.identified(number)
        last = Paging(number, count).last
        yield told
        number += 1


def _public_ids() -> sa.Select[tuple[str]]:
    return sa.select(model.Package.id).where(PUBLIC)


def keep(told: Sequence[tuple[str, Piece, Verdict]]) -> None:
    """Keep verdicts by the ids of their datasets; commits. The day is that since which a verdict is so."""
    if not told:
        return
    rows = [_row(key, piece, verdict) for key, piece, verdict in told]
    new = insert(DatasetQuality).values(rows)
    table, said = DatasetQuality.__table__, new.excluded
    is_same = sa.and_(table.c.met == said.met, table.c.rules == said.rules)
    day = sa.case((is_same, table.c.judged_on), else_=said.judged_on)
    others = {name: said[name] for name in ("mark", "rules", "points", "unknown", "met")}
    model.Session.execute(
        new.on_conflict_do_update(index_elements=["package_id"], set_={**others, "judged_on": day})
    )
    model.repo.commit()


def _row(key: str, piece: Piece, verdict: Verdict) -> dict[str, Any]:
    return {
        "package_id": key,
        "mark": judged.mark(piece),
        "rules": rules.VERSION,
        "judged_on": config.today(),
        "points": verdict.points,
        "unknown": verdict.unknown,
        "met": {one.code: one.is_met for one in verdict.scores},
    }


def of_dataset(told: Mapping[str, Any]) -> Verdict:
    """Return the verdict on a dataset as it is now: the one that is kept where it holds, else a new one.

    Args:
        told: the dataset, as ``package_show`` gives it.

    Raises:
        ShapesError: the rules cannot be read.
    """
    piece = pieces.made(told)
    known = model.Session.get(DatasetQuality, told["id"])
    if known is not None and known.mark == judged.mark(piece):
        return judged.of_met(known.met, piece)
    return judged.of_piece(piece)


# of which nobody mends here that German portals take another list
_MENDED_ELSEWHERE = ("license_known",)


def to_mend(offices: Sequence[str] | None) -> list[dict[str, Any]]:
    """Return the public datasets that a field of theirs would give more points, the worst first.

    Harvested ones are mended at their source, and measures by what the catalogue says of itself.

    Args:
        offices: whose datasets; ``None``: of all.

    Returns:
        name, title, organisation_title, points, unknown, and the indicator that gives most.
    """
    package, elsewhere = model.Package, DatasetQuality.met["license_known"].astext == "false"
    reached = DatasetQuality.points + DatasetQuality.unknown
    possible = rules.MOST - sa.case((elsewhere, rules.BY_CODE["license_known"].points), else_=0)
    harvested = sa.exists().where(HarvestIdentity.package_id == package.id)
    query = (
        sa.select(
            package.name,
            package.title,
            model.Group.title.label("organisation_title"),
            DatasetQuality.points,
            DatasetQuality.unknown,
            DatasetQuality.met,
        )
        .join(DatasetQuality, DatasetQuality.package_id == package.id)
        .outerjoin(model.Group, model.Group.id == package.owner_org)
        .where(PUBLIC, package.type == "dataset", reached < possible, ~harvested)
        .order_by(reached, package.title, package.name)
    )
    if offices is not None:
        query = query.where(package.owner_org.in_(offices))
    return [_mended(row) for row in model.Session.execute(query).mappings()]


def _mended(row: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: row[name] for name in ("name", "organisation_title", "points", "unknown")}
    missing = [one for one in rules.INDICATORS if row["met"].get(one.code) is False]
    most = max((one for one in missing if one.code not in _MENDED_ELSEWHERE), key=lambda one: one.points)
    return {**told, "title": row["title"] or row["name"], "indicator": most}
