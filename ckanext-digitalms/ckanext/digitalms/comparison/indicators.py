"""Numbers: what a figure of a measure was and is, and shares of coverage with the break of their series."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ckanext.digitalms.coverage.comparable import comparable
from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.vocabularies import Base, Customer, Technology

from .change import Change, Pair
from .edits import Row, edits
from .kinds import ChangeKind
from .words import day_of, ended, label_of, number, titled

_MONTH = len("2019-03")


def indicator(pair: Pair, old: Row | None, new: Row | None) -> Iterator[Change]:
    """Tell of a number: its value and the day for which it holds belong together."""
    row = new or old or {}
    title = str(row.get("title") or "")
    told: dict[str, Any] = {"row": row["id"], "name": title}
    if old is None or new is None:
        text = (
            N_("{title}: {value}, told for the first time")
            if new
            else N_("{title}: no longer told, last {value}")
        )
        sentence = Message(text, {"title": titled(title), "value": _value(row)})
        told |= {"before": old, "after": new}
        kind = ChangeKind.INDICATOR if new else ChangeKind.GONE
        yield pair.change(kind, "indicators", ended(sentence), **told)
        return
    more = {"target": ChangeKind.INDICATOR, "title": ChangeKind.WORDING, "unit": ChangeKind.WORDING}
    more |= dict.fromkeys(
        ("definition", "source", "origin", "direction", "interval", "note"), ChangeKind.WORDING
    )
    if old.get("value") != new.get("value"):
        values = {"title": titled(title), "before": _value(old), "after": _value(new)}
        sentence = Message(N_("{title}: {after}, before {before}"), values)
        told |= {"before": old.get("value"), "after": new.get("value")}
        yield pair.change(ChangeKind.INDICATOR, "indicators.value", ended(sentence), **told)
    elif old.get("day") != new.get("day"):
        sentence = Message(N_("{title}: still {value}"), {"title": titled(title), "value": _value(new)})
        told |= {"before": old.get("day"), "after": new.get("day")}
        yield pair.change(ChangeKind.INDICATOR, "indicators.day", ended(sentence), **told)
    yield from edits(pair, "indicators", old, new, more, title)


def _value(row: Mapping[str, Any]) -> Message:
    """Return a value with its unit and day, as far as they are told."""
    told = {
        "value": "–" if row.get("value") is None else number(row["value"]),
        "unit": row.get("unit"),
        "day": day_of(row.get("day")),
    }
    text = "{value} {unit}" if row.get("unit") else "{value}"
    return Message(f"{text} ({{day}})" if row.get("day") else text, told)


def coverage(pair: Pair) -> Iterator[Change]:
    """Tell which shares of coverage differ: the newest edition up to one day, and up to the other."""
    month = pair.before["judged_on"][:_MONTH]
    for link in pair.series:
        for rows in comparable(link["series"]):
            earlier = [row for row in rows if row["edition"] <= month and row["share_percent"] is not None]
            later = [row for row in rows if row["share_percent"] is not None]
            before = earlier[-1] if earlier else None
            if later and (before is None or before["edition"] != later[-1]["edition"]):
                yield _share(pair, link["link"], before, later[-1])


def _share(pair: Pair, link: Row, before: Row | None, after: Row) -> Change:
    breaks = before is not None and any(before[name] != after[name] for name in ("survey", "source"))
    told = {
        "what": Message(
            N_("{area}, {technology} from {speed} Mbit/s, {customer}, share of {base}"),
            {
                "area": after["area_name"],
                "technology": label_of(Technology, after["technology"]),
                "speed": number(after["speed_mbit_s"]),
                "customer": label_of(Customer, after["customer"]),
                "base": label_of(Base, after["base"]),
            },
        ),
        "after": number(after["share_percent"]),
        "edition": after["edition"],
    }
    if before is None:
        sentence = Message(N_("{what}: {after} percent ({edition}), told for the first time"), told)
    else:
        told |= {"before": number(before["share_percent"]), "former": before["edition"]}
        sentence = Message(
            N_("{what}: {after} percent ({edition}), before {before} percent ({former})"), told
        )
    if breaks:
        text = N_("{sentence}; the series breaks in between, so the difference may come from that")
        sentence = Message(text, {"sentence": sentence})
    values = [row and {name: row[name] for name in _TOLD} for row in (before, after)]
    return pair.change(
        ChangeKind.COVERAGE,
        "coverage",
        ended(sentence),
        row=link.get("id"),
        name=str(after["area_name"]),
        before=values[0],
        after=values[1],
        breaks=breaks,
    )


_TOLD = (
    "area_code",
    "technology",
    "speed_mbit_s",
    "customer",
    "base",
    "share_percent",
    "edition",
    "survey",
    "source",
)
