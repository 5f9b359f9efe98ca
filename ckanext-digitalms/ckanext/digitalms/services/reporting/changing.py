"""Texts and decisions of a report are changed; what equals what is generated stays generated."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.messages import translate
from ckanext.digitalms.model import CouncilReport
from ckanext.digitalms.reporting.building import SUMMARY, Texts, build
from ckanext.digitalms.reporting.gaps import ReportGap
from ckanext.digitalms.reporting.report import Consultation, Report
from ckanext.digitalms.reporting.settings import Left, Settings

from . import drafts
from .making import Made, plan_of, told_in_german

__all__ = ["by_filter", "change", "generated", "keys_of"]

_PLAIN = (
    *("subject", "office", "contact", "mailbox", "outlook", "decision", "reasons", "finances", "is_public"),
)
# what is compared with the generated text
_GENERATED = frozenset({"introduction", "method", "summary", "texts"})


def generated(made: Made) -> Report:
    """Return the report with nothing but generated texts, beside which the typed ones are edited."""
    return build(replace(plan_of(made), texts=Texts()), made.material)


def change(row: CouncilReport, made: Made, told: Mapping[str, Any]) -> Settings:
    """Put what was told into a report; what was not told stays.

    Raises:
        tk.ValidationError: a day cannot be, or a measure or gap is not known.
    """
    # what was read is what was generated before anything changes: another day makes other texts
    base = generated(made) if _GENERATED & told.keys() else made.report
    if "title" in told:
        row.title = told["title"]
    if "number" in told:
        row.number = told["number"] or ""
    if "previous" in told:
        row.previous_day, row.previous_name = drafts.previous_of(told["previous"])
    if "as_of" in told:
        row.as_of = date.fromisoformat(told["as_of"])
    drafts.check_days(row.as_of, row.previous_day)
    settings = made.settings
    settings = replace(settings, **{name: told[name] for name in _PLAIN if name in told})
    if "consultations" in told:
        settings = replace(settings, consultations=tuple(_consultation(one) for one in told["consultations"]))
    if "measures" in told:
        known = {measure["measure_id"] for measure in made.material.measures}
        settings = replace(settings, measures=keys_of(told["measures"], known, made.row.as_of))
    settings = _with_texts(settings, base, told)
    return _with_gaps(settings, made, told.get("left") or [])


def _consultation(row: Mapping[str, Any]) -> Consultation:
    day = date.fromisoformat(row["day"]) if row.get("day") else None
    return Consultation(row["body"], day, row.get("kind") or "", row.get("result") or "")


def keys_of(wanted: Sequence[str], known: Collection[str], day: date) -> tuple[str, ...]:
    """Return the keys that are named, each once.

    Args:
        wanted: as they were named.
        known: the keys of the measures of the day.
        day: of the report.

    Raises:
        tk.ValidationError: there was no such measure.
    """
    if unknown := [key for key in wanted if key not in known]:
        sentence = tk._("On {day} there was no public measure “{found}”: leave it out.")
        shown = f"{day:%d.%m.%Y}"
        raise tk.ValidationError(
            {"measures": [sentence.format(day=shown, found=key[:60]) for key in unknown[:10]]}
        )
    return tuple(dict.fromkeys(wanted))


def _with_texts(settings: Settings, base: Report, told: Mapping[str, Any]) -> Settings:
    summary = next((change.text for change in base.changes if change.kind == SUMMARY), "")
    whole = {"introduction": base.introduction, "method": base.method, "summary": summary}
    typed: dict[str, Any] = {name: _own(told[name], text) for name, text in whole.items() if name in told}
    settings = replace(settings, **typed)
    of_measure = {each.measure_id: "\n".join(one.text for one in each.changes) for each in base.measures}
    remarks, asked, sentences = dict(settings.remarks), dict(settings.asked), dict(settings.sentences)
    for row in told.get("texts") or []:
        key = row["measure_id"]
        for kept, name in ((remarks, "remark"), (asked, "asked")):
            if name in row:
                _keep(kept, key, row[name] or None)
        if "sentences" in row:
            _keep(sentences, key, _own(row["sentences"], of_measure.get(key, "")))
    return replace(settings, remarks=remarks, asked=asked, sentences=sentences)


def _own(typed: str | None, text: str) -> str | None:
    """Return what was typed, or nothing where it is what stands there anyway."""
    clean = (typed or "").replace("\r\n", "\n").strip()
    return None if clean == text.strip() else clean


def _keep(kept: dict[str, str], key: str, value: str | None) -> None:
    if value is None:
        kept.pop(key, None)
    else:
        kept[key] = value


def _with_gaps(settings: Settings, made: Made, rows: list[Json]) -> Settings:
    if not rows:
        return settings
    known, left = {gap.key: gap for gap in made.gaps()}, dict(settings.left)
    _refuse_overtaken(left, known, rows)
    for row in rows:
        key, reason = row["gap"], _reason(row)
        if not reason:
            left.pop(key, None)
        elif key in known:
            left[key] = Left(told_in_german(known[key]), reason, known[key].measure_id)
        elif key in left:
            left[key] = replace(left[key], reason=reason)
        else:
            sentence = tk._("This gap is not there any more: {found}")
            raise tk.ValidationError({"left": [sentence.format(found=key[:80])]})
    return replace(settings, left=left)


def _reason(row: Json) -> str:
    return (row.get("reason") or "").strip()


def _refuse_overtaken(left: Mapping[str, Left], known: Mapping[str, ReportGap], rows: list[Json]) -> None:
    """Refuse to write over the reason that somebody else gave for the same gap meanwhile."""
    sentence = tk._(
        "{gap} Somebody else has changed the reason meanwhile; it is now: “{reason}”. "
        "What you typed stands below: compare and save again."
    )
    wrong = []
    for row in rows:
        key = row["gap"]
        kept = left[key].reason if key in left else ""
        if "seen" in row and row["seen"] != kept != _reason(row):
            gap = (
                f"{known[key].title}: {translate(known[key].message, tk._)}"
                if key in known
                else left[key].text
            )
            wrong.append(sentence.format(gap=gap, reason=kept or "–"))
    if wrong:
        raise tk.ValidationError({"seen": wrong})


def by_filter(
    measures: Iterable[Json], organisation: str | None, status: list[str] | None, delayed: bool | None
) -> tuple[str, ...]:
    """Return the keys of the measures that a filter chooses."""
    return tuple(
        measure["measure_id"]
        for measure in measures
        if (not organisation or measure["organisation"] == organisation)
        and (not status or measure["status"] in status)
        and (delayed is None or measure["is_delayed"] == delayed)
    )
