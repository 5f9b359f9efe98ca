"""The kinds of change between two days."""

from __future__ import annotations

from ckanext.digitalms.messages import N_
from ckanext.digitalms.vocabularies import Term


class ChangeKind(Term):
    """What sort of change it is; the order is the one in which changes are told."""

    NEW = ("new", N_("new"), N_("The measure was not in the catalogue of the earlier day."))
    FINISHED = ("finished", N_("finished"), N_("The measure is done now."))
    REACHED = ("reached", N_("reached"), N_("A step was done, or a milestone met."))
    LATE = ("late", N_("late"), N_("A milestone's last day has passed without an outcome."))
    MOVED = ("moved", N_("moved"), N_("A milestone has another last day."))
    STATUS = ("status", N_("other status"), N_("The measure has another status or another progress."))
    WORDING = ("wording", N_("changed wording"), N_("A text says something else."))
    ADDED = ("added", N_("added"), N_("A step, milestone or obstacle came along."))
    GONE = ("gone", N_("gone"), N_("The measure, or a part of it, is no longer in the catalogue."))
    GOAL = ("goal", N_("goal"), N_("A goal was kept, changed, replaced or dropped, or came along."))
    INDICATOR = ("indicator", N_("indicator"), N_("A number has another value."))
    COVERAGE = ("coverage", N_("coverage"), N_("A share of coverage has another value."))
    OTHER = ("other", N_("other details"), N_("A paper, partner, place, funding or another detail changed."))
