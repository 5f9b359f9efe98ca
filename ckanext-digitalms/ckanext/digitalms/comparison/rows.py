"""The rules for rows: what a step, milestone, obstacle, paper or partner that changed is told as."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from ckanext.digitalms.measures.delay import MilestoneState
from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.vocabularies import StepState

from .change import Change, Pair
from .edits import Row, edits, named, whole
from .goals import goal, review
from .indicators import indicator
from .kinds import ChangeKind
from .words import because, counted, day_of, ended, label, label_of, says, titled

Rule = Callable[[Pair, Row | None, Row | None], Iterator[Change]]


def step(pair: Pair, old: Row | None, new: Row | None) -> Iterator[Change]:
    """Tell of a line of plan or result."""
    if new is None:
        row = old or {}
        sentence = named(
            N_("No longer part of the plan: “{title}”, {state}"),
            row.get("text"),
            state=label_of(StepState, row.get("state")),
        )
        yield whole(pair, ChangeKind.GONE, "steps", row, sentence, came=False)
    elif old is None:
        yield _new_step(pair, new)
    else:
        if old.get("state") != new.get("state"):
            yield _step_state(pair, old, new)
        yield from edits(pair, "steps", old, new, {"text": ChangeKind.WORDING}, str(new.get("text") or ""))


def _new_step(pair: Pair, new: Row) -> Change:
    state = label_of(StepState, new.get("state"))
    if new.get("state") == StepState.DONE:
        done = named(N_("Implemented: “{title}”"), new.get("text"))
        return whole(pair, ChangeKind.REACHED, "steps", new, done, came=True)
    planned = named(N_("New in the plan: “{title}”, {state}"), new.get("text"), state=state)
    return whole(pair, ChangeKind.ADDED, "steps", new, planned, came=True)


def _step_state(pair: Pair, old: Row, new: Row) -> Change:
    is_done = new.get("state") == StepState.DONE
    before, after = label_of(StepState, old.get("state")), label_of(StepState, new.get("state"))
    text = (
        N_("Implemented: “{title}”, before it was {before}")
        if is_done
        else N_("“{title}”: {after} instead of {before}")
    )
    return pair.change(
        ChangeKind.REACHED if is_done else ChangeKind.STATUS,
        "steps.state",
        ended(named(text, new.get("text"), before=before, after=after)),
        row=new["id"],
        name=str(new.get("text") or ""),
        before=old.get("state"),
        after=new.get("state"),
    )


def milestone(pair: Pair, old: Row | None, new: Row | None) -> Iterator[Change]:
    """Tell of a dated result: met, moved, reworded, come or gone; what is late is told by :func:`late`."""
    if new is None:
        sentence = named(N_("Milestone no longer part of the measure: “{title}”"), (old or {}).get("title"))
        yield whole(pair, ChangeKind.GONE, "milestones", old or {}, sentence, came=False)
    elif old is None:
        yield _new_milestone(pair, new)
    else:
        if old.get("met_on") != new.get("met_on"):
            yield _met(pair, old, new)
        told = {"title": ChangeKind.WORDING}
        if old.get("latest") != new.get("latest"):
            yield moved(pair, old, new)
        else:  # these belong to the day that was told, or not told, to have moved
            told |= dict.fromkeys(("date_text", "earliest", "reason"), ChangeKind.WORDING)
        yield from edits(pair, "milestones", old, new, told, str(new.get("title") or ""))


def _new_milestone(pair: Pair, new: Row) -> Change:
    title, latest = new.get("title"), new.get("latest")
    if new.get("met_on"):
        met, days = _met_words(new)
        return whole(pair, ChangeKind.REACHED, "milestones", new, met, came=True, days=days)
    planned = (
        named(N_("New milestone: “{title}”, by {day}"), title, day=day_of(latest))
        if latest
        else named(N_("New milestone: “{title}”"), title)
    )
    return whole(pair, ChangeKind.ADDED, "milestones", new, planned, came=True)


def _met(pair: Pair, old: Row, new: Row) -> Change:
    before, after, title = old.get("met_on"), new.get("met_on"), str(new.get("title") or "")
    kind, days = ChangeKind.WORDING, None
    if after and not before:
        kind, (sentence, days) = ChangeKind.REACHED, _met_words(new)
    elif after:
        sentence = says(label("milestones.met_on", title), "milestones.met_on", before, after)
    else:
        kind, sentence = ChangeKind.STATUS, named(N_("Milestone no longer told as met: “{title}”"), title)
    told = {"row": new["id"], "name": title, "before": before, "after": after, "days": days}
    return pair.change(kind, "milestones.met_on", ended(sentence), **told)


def _met_words(row: Row) -> tuple[Message, int | None]:
    met, latest = date.fromisoformat(row["met_on"]), row.get("latest")
    late = (met - date.fromisoformat(latest)).days if latest else 0
    told = {"title": titled(row.get("title")), "day": met}
    if late <= 0:
        return Message(N_("Milestone met on {day}: “{title}”"), told), None
    one = N_("Milestone met on {day}, one day late: “{title}”")
    return counted(late, one, N_("Milestone met on {day}, {n} days late: “{title}”"), **told), late


def moved(pair: Pair, old: Row, new: Row) -> Change:
    """Tell that a milestone has another last day: by how much, in how many steps, and why."""
    before, after, title = old.get("latest"), new.get("latest"), str(new.get("title") or "")
    shifts = pair.shifts.get(str(new["id"]), ())
    reasons = list(dict.fromkeys(shift.reason for shift in shifts if shift.reason))
    told = {"title": titled(title), "before": day_of(before), "after": day_of(after)}
    days, times = None, 0
    if before and after:
        days, times = (date.fromisoformat(after) - date.fromisoformat(before)).days, max(len(shifts), 1)
        sentence = _moved_by(days, times, told)
    elif after:
        sentence = Message(N_("“{title}” has a day now: {after}"), told)
    else:
        sentence = Message(N_("“{title}” has no day any more, before it was {before}"), told)
    reason = "; ".join(reasons) or str(new.get("reason") or "")
    return pair.change(
        ChangeKind.MOVED,
        "milestones.latest",
        ended(because(sentence, reason)),
        row=new["id"],
        name=title,
        before=before,
        after=after,
        days=days,
        times=times,
        reason=reason,
    )


def _moved_by(days: int, times: int, told: Mapping[str, object]) -> Message:
    if days > 0:
        one = N_("“{title}” is put off by one day, from {before} to {after}")
        more = N_("“{title}” is put off by {n} days, from {before} to {after}")
    else:
        one = N_("“{title}” is brought forward by one day, from {before} to {after}")
        more = N_("“{title}” is brought forward by {n} days, from {before} to {after}")
    sentence = counted(abs(days), one, more, **told)
    if times < 2:
        return sentence
    return Message(N_("{sentence}, in {times} steps"), {"sentence": sentence, "times": times})


def late(pair: Pair, was: Mapping[str, Row]) -> Iterator[Change]:
    """Tell which milestones have become late: overdue on the later day and not on the earlier one."""
    day = pair.days[1]
    for row in pair.after["milestones"]:
        if row["state"] != MilestoneState.OVERDUE:
            continue
        former = was.get(row["id"])
        if former is not None and former["state"] == MilestoneState.OVERDUE:
            continue
        latest, title = date.fromisoformat(row["latest"]), str(row.get("title") or "")
        one = N_("“{title}” was to be there by {latest} and is not, for one day now")
        more = N_("“{title}” was to be there by {latest} and is not, for {n} days now")
        days, reason = (day - latest).days, str(row.get("reason") or "")
        yield pair.change(
            ChangeKind.LATE,
            "milestones.state",
            ended(because(counted(days, one, more, title=titled(title), latest=latest), reason)),
            row=row["id"],
            name=title,
            before=former["state"] if former else None,
            after=row["state"],
            days=days,
            reason=reason,
        )


def obstacle(pair: Pair, old: Row | None, new: Row | None) -> Iterator[Change]:
    """Tell of what holds the measure back."""
    if new is None:
        sentence = named(N_("No longer an obstacle: “{title}”"), (old or {}).get("text"))
        yield whole(pair, ChangeKind.GONE, "obstacles", old or {}, sentence, came=False)
        return
    if old is None:
        sentence = named(N_("New obstacle: “{title}”"), new.get("text"))
        yield whole(pair, ChangeKind.ADDED, "obstacles", new, sentence, came=True)
        return
    title, until = str(new.get("text") or ""), new.get("until")
    told = dict.fromkeys(("text", "since"), ChangeKind.WORDING)
    if until and until != old.get("until") and date.fromisoformat(until) <= pair.days[1]:
        sentence = named(N_("No longer an obstacle since {day}: “{title}”"), title, day=day_of(until))
        more = {"row": new["id"], "name": title, "before": old.get("until"), "after": until}
        yield pair.change(ChangeKind.GONE, "obstacles.until", ended(sentence), **more)
    else:
        told["until"] = ChangeKind.WORDING
    yield from edits(pair, "obstacles", old, new, told, title)


_PAPER = (
    *("reference", "original", "body", "role", "decided_on", "decided_by", "result"),
    *("paper_name", "paper_url"),
)


def paper(pair: Pair, old: Row | None, new: Row | None) -> Iterator[Change]:
    """Tell of a council paper that is cited."""
    if new is None:
        sentence = named(N_("Council paper no longer cited: {title}"), (old or {}).get("reference"))
        yield whole(pair, ChangeKind.GONE, "council_references", old or {}, sentence, came=False)
    elif old is None:
        sentence = named(N_("Council paper cited: {title}"), new.get("reference"))
        yield whole(pair, ChangeKind.ADDED, "council_references", new, sentence, came=True)
    else:
        told = dict.fromkeys(_PAPER, ChangeKind.OTHER)
        yield from edits(pair, "council_references", old, new, told, str(new.get("reference") or ""))


def partner(pair: Pair, old: Row | None, new: Row | None) -> Iterator[Change]:
    """Tell of an organisation that takes part."""
    if new is None:
        sentence = named(N_("No longer a partner: {title}"), (old or {}).get("name"))
        yield whole(pair, ChangeKind.GONE, "partners", old or {}, sentence, came=False)
    elif old is None:
        sentence = named(N_("New partner: {title}"), new.get("name"))
        yield whole(pair, ChangeKind.ADDED, "partners", new, sentence, came=True)
    else:
        told = dict.fromkeys(("name", "url"), ChangeKind.OTHER)
        yield from edits(pair, "partners", old, new, told, str(new.get("name") or ""))


RULES: Mapping[str, Rule] = {
    "steps": step,
    "milestones": milestone,
    "obstacles": obstacle,
    "goals": goal,
    "goal_reviews": review,
    "indicators": indicator,
    "council_references": paper,
    "partners": partner,
}
