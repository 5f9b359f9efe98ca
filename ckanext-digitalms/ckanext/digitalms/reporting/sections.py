"""The parts that a report can have; a report type names those that it has, in its order."""

from __future__ import annotations

from ckanext.digitalms.messages import N_
from ckanext.digitalms.vocabularies import Term


class SectionKind(Term):
    """A part of a report. The label is its heading unless the report type says another."""

    INTRODUCTION = ("introduction", N_("Report"), N_("What the report is about, as it was written for it."))
    CHANGES = ("changes", N_("Since the last report"), N_("What is new, reached, late and moved since then."))
    TABLE = (
        "table",
        N_("Measures"),
        N_("The table of 2019: measures and vision, council papers with content and goals, plan and actual."),
    )
    GOALS = (
        "goals",
        N_("Goals"),
        N_("The goals of the years with target, actual value and what a review made of them."),
    )
    INDICATORS = (
        "indicators",
        N_("Indicators"),
        N_("Numbers over time with unit, target, definition and source."),
    )
    COVERAGE = ("coverage", N_("Coverage"), N_("Shares of coverage with edition and definition."))
    FUNDING = ("funding", N_("Funding"), N_("Amount, programme and state of the funding of each measure."))
    OBSTACLES = (
        "obstacles",
        N_("Obstacles"),
        N_("What holds measures back, and what is asked of the council."),
    )
    PAPERS = ("papers", N_("Papers cited"), N_("All council papers that the report cites."))
    OUTLOOK = ("outlook", N_("Outlook"), N_("What comes next, as it was written for the report."))
    METHOD = (
        "method",
        N_("On data and method"),
        N_("How the figures came about, and what was left open and why."),
    )
    ANNEX = ("annex", N_("Annex"), N_("The tables behind the report."))
