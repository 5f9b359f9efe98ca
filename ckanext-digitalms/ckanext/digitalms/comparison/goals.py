"""What became of goals: new, kept, changed, replaced, dropped, reached or missed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.vocabularies import GoalOutcome, GoalState

from .change import Change, Pair
from .edits import Row, edits, named
from .kinds import ChangeKind
from .words import ended, label, label_of, says, titled

NEW = "new"
_AIM = ("year", "text", "target", "indicator", "indicator_id")
_SENTENCES: Mapping[str, str] = {
    GoalOutcome.KEPT: N_("Goal kept: “{title}”"),
    GoalOutcome.CHANGED: N_("Goal changed: “{title}”"),
    GoalOutcome.REPLACED: N_("Goal replaced: “{title}”"),
    GoalOutcome.DROPPED: N_("Goal dropped: “{title}”"),
    GoalState.OPEN: N_("Goal open again: “{title}”"),
    GoalState.REACHED: N_("Goal reached: “{title}”"),
    GoalState.MISSED: N_("Goal missed: “{title}”"),
}


def goal(pair: Pair, old: Row | None, new: Row | None) -> Iterator[Change]:
    """Tell of a goal of a year."""
    if old is None:
        yield _new(pair, new or {})
        return
    reviewed = _reviewed(pair, old["id"])
    if new is None:
        yield _over(pair, old, None, reviewed)
        return
    title = str(new.get("text") or "")
    if _judged_as(old) != _judged_as(new):
        if new.get("state") == GoalState.DROPPED:
            yield _over(pair, old, new, reviewed)
        else:
            yield _state(pair, old, new)
    outcome = reviewed["outcome"] if reviewed and reviewed.get("outcome") in _OF_AIM else GoalOutcome.CHANGED
    for name in (each for each in _AIM if old.get(each) != new.get(each)):
        yield _aim(pair, old, new, name, str(outcome))
    yield from edits(pair, "goals", old, new, {"actual": ChangeKind.GOAL}, title)


def _judged_as(row: Row) -> str:
    # a goal of which nobody has said how it went is open
    return str(row.get("state") or GoalState.OPEN)


_OVER = frozenset({GoalOutcome.REPLACED, GoalOutcome.DROPPED})
_OF_AIM = frozenset({GoalOutcome.REPLACED, GoalOutcome.CHANGED})


def _reviewed(pair: Pair, goal_id: str) -> Row | None:
    """Return the newest review of a goal that came in between."""
    known = {row["id"] for row in pair.before.get("goal_reviews") or ()}
    rows = [
        row
        for row in pair.after.get("goal_reviews") or ()
        if row["id"] not in known and row.get("goal_id") == goal_id
    ]
    return max(rows, key=lambda row: str(row.get("review_date") or ""), default=None)


def _new(pair: Pair, row: Row) -> Change:
    told = {"year": row.get("year")}
    text = N_("New goal for {year}: “{title}”") if row.get("year") else N_("New goal: “{title}”")
    return _goal(pair, "goals", row, named(text, row.get("text"), **told), NEW, after=row)


def _over(pair: Pair, old: Row, new: Row | None, reviewed: Row | None) -> Change:
    """Tell that a goal is kept up no longer: it is gone, or its state says so."""
    told = str(reviewed.get("outcome")) if reviewed else ""
    outcome = told if told in _OVER else GoalOutcome.DROPPED.value
    sentence = _judged(pair, old, outcome, reviewed)
    if new is None:
        return _goal(pair, "goals", old, sentence, outcome, before=old)
    return _goal(pair, "goals.state", new, sentence, outcome, before=old.get("state"), after=new.get("state"))


def _state(pair: Pair, old: Row, new: Row) -> Change:
    before, after, title = old.get("state"), new.get("state"), str(new.get("text") or "")
    text = _SENTENCES.get(str(after))
    sentence = named(text, title) if text else says(label("goals.state", title), "goals.state", before, after)
    return _goal(pair, "goals.state", new, sentence, str(after or ""), before=before, after=after)


def _aim(pair: Pair, old: Row, new: Row, name: str, outcome: str) -> Change:
    before, after, field = old.get(name), new.get(name), f"goals.{name}"
    title = str((old if name == "text" else new).get("text") or "")
    if name == "text" and before and after:
        told: dict[str, object] = {"before": titled(before), "after": titled(after)}
        text = (
            N_("Goal replaced: “{after}” instead of “{before}”")
            if outcome == GoalOutcome.REPLACED
            else N_("Goal changed: “{after}” instead of “{before}”")
        )
        sentence = Message(text, told)
    else:
        sentence = Message(
            N_("Goal changed: {told}"), {"told": says(label(field, title), field, before, after)}
        )
    return _goal(pair, field, new, sentence, outcome, before=before, after=after)


def _goal(pair: Pair, field: str, row: Row, sentence: Message, outcome: str, **told: Any) -> Change:
    name = str(row.get("text") or "")
    return pair.change(
        ChangeKind.GOAL, field, ended(sentence), row=row["id"], name=name, outcome=outcome, **told
    )


def _judged(pair: Pair, goal: Row, outcome: str, reviewed: Row | None) -> Message:
    """Say what a review made of a goal, with what took its place and the paper."""
    sentence = named(_SENTENCES[outcome], goal.get("text"))
    review = reviewed or {}
    wanted = str(review.get("successor_ids") or "").split()
    texts = [str(each.get("text") or "") for each in pair.after.get("goals") or () if each["id"] in wanted]
    if texts and outcome == GoalOutcome.REPLACED:
        told = {"sentence": sentence, "titles": ", ".join(map(titled, texts))}
        sentence = Message(N_("{sentence}, now “{titles}”"), told)
    if review.get("reference"):
        sentence = Message("{sentence} ({paper})", {"sentence": sentence, "paper": review["reference"]})
    return sentence


def review(pair: Pair, old: Row | None, new: Row | None) -> Iterator[Change]:
    """Tell of a review of a goal, unless what became of the goal tells it already."""
    if old is not None and new is not None:
        told = dict.fromkeys(
            ("goal_id", "review_date", "outcome", "successor_ids", "reference", "reason"), ChangeKind.GOAL
        )
        yield from edits(pair, "goal_reviews", old, new, told, "")
        return
    row = new or old or {}
    goals = {each["id"]: each for each in (*pair.before["goals"], *pair.after["goals"])}
    goal, outcome = goals.get(str(row.get("goal_id"))), str(row.get("outcome") or GoalOutcome.KEPT)
    name = str((goal or {}).get("text") or "")
    if new is None:
        sentence = named(N_("Review of a goal no longer told: “{title}”"), name)
        told_row = {"row": row["id"], "name": name, "before": row}
        yield pair.change(ChangeKind.GOAL, "goal_reviews", ended(sentence), **told_row)
    elif not _is_told_by_goal(pair, row, outcome):
        sentence = (
            _judged(pair, goal or {}, outcome, row)
            if outcome in _SENTENCES
            else named("{title}", label_of(GoalOutcome, outcome))
        )
        more = {"row": row["id"], "name": name, "after": row, "outcome": outcome}
        yield pair.change(ChangeKind.GOAL, "goal_reviews", ended(sentence), **more)


def _is_told_by_goal(pair: Pair, row: Row, outcome: str) -> bool:
    goal_id = row.get("goal_id")
    before = next((each for each in pair.before["goals"] if each["id"] == goal_id), None)
    after = next((each for each in pair.after["goals"] if each["id"] == goal_id), None)
    newest = _reviewed(pair, str(goal_id))
    if before is None or newest is None or newest["id"] != row["id"]:
        return False
    is_over = after is None or (
        after.get("state") == GoalState.DROPPED and before.get("state") != GoalState.DROPPED
    )
    if is_over:
        return outcome in _OVER
    return outcome in _OF_AIM and any(before.get(each) != (after or {}).get(each) for each in _AIM)
