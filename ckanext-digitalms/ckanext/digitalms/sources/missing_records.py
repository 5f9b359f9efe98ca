"""Records that vanish at their source: a grace time, a guard against a broken source, and the way back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Known:
    """A record as it was taken over.

    Args:
        content_hash: of what was taken over last.
        gone_since: when a run found for the first time that the source does not have it any more.
        is_confirmed: whether a coordinator agreed that it is gone.
        removed_at: when its dataset was deleted after the grace time.
    """

    identifier: str
    title: str = ""
    content_hash: str | None = None
    gone_since: datetime | None = None
    is_confirmed: bool = False
    removed_at: datetime | None = None


@dataclass(frozen=True)
class Comparison:
    """The records of a run against those that are known.

    Args:
        vanishing: there until now, and missing in this run.
        returned: missing until now, and there again.
        due: missing for longer than the grace time, so that what was made of them is to be deleted.
        unconfirmed: missing, in the grace time, and no coordinator has agreed yet.
        kept: how many records the catalogue has of the source, those in the grace time with them.
    """

    vanishing: tuple[str, ...]
    returned: tuple[str, ...]
    due: tuple[str, ...]
    unconfirmed: tuple[str, ...]
    kept: int

    def asks(self, percent: int) -> tuple[str, ...]:
        """Return the records that must not vanish without a coordinator's word; mostly none.

        Those in the grace time count with them: a source that loses a tenth every day is broken, too.
        """
        together = (*self.vanishing, *self.unconfirmed)
        return together if self.vanishing and len(together) * 100 > percent * self.kept else ()


def compare(known: Mapping[str, Known], seen: Collection[str], now: datetime, grace: timedelta) -> Comparison:
    """Compare what a source has now with what is known of it.

    Args:
        known: identifier → record, the removed ones with them.
        seen: the identifiers of all records that the source has now.
        now: the moment of the run.
        grace: how long a record may be missing before it is due.
    """
    missing = [each for each in known.values() if each.identifier not in seen and each.removed_at is None]
    gone = [(each, each.gone_since) for each in missing if each.gone_since is not None]
    due = tuple(each.identifier for each, since in gone if now - since >= grace)
    return Comparison(
        vanishing=tuple(each.identifier for each in missing if each.gone_since is None),
        returned=tuple(
            each.identifier for each in known.values() if each.gone_since and each.identifier in seen
        ),
        due=due,
        unconfirmed=tuple(each.identifier for each, _ in gone if not each.is_confirmed),
        kept=sum(each.removed_at is None for each in known.values()),
    )
