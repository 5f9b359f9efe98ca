"""The desk: where a day's work begins, and each line has the button that settles it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import ckan.plugins.toolkit as tk
from flask import Blueprint

from ckanext.digitalms import config
from ckanext.digitalms.messages import N_

from .errors import handle_errors
from .pages import Page, part, reader, rendered

digitalms_desk = Blueprint("digitalms_desk", __name__, url_prefix="/digitalisierung/schreibtisch")
handle_errors(digitalms_desk)

SHOWN = 50


class Group(NamedTuple):
    """What a group of the desk is called, and what is said of it."""

    title: str
    sentence: str = ""


GROUPS: Mapping[str, Group] = {
    "updates": Group(N_("Stände that are due"), N_("Overdue, due today or within two weeks.")),
    "late_milestones": Group(
        N_("Late milestones"), N_("The latest day has passed, and nobody has said what became of them.")
    ),
    "figures": Group(N_("Figures that are due"), N_("By their rhythm a new value should be there by now.")),
    "deliveries": Group(
        N_("Deliveries that wait"), N_("They ask something; nothing of them is taken over until then.")
    ),
    "questions": Group(N_("Imports to be confirmed"), N_("A source has far fewer records than before.")),
    "previews": Group(N_("Previews not yet applied"), N_("Read in and looked at; nothing has changed yet.")),
    "sources": Group(N_("Sources that fail")),
    "internal": Group(
        N_("Drafts and internal measures"), N_("Only your office and the coordinators see them.")
    ),
    "no_contact": Group(N_("No contact")),
    "no_paper": Group(N_("No council paper")),
    "unnamed_papers": Group(N_("“Diverse Vorlagen” without numbers")),
    "doubtful_papers": Group(N_("Doubtful council papers")),
    "no_milestone": Group(N_("No next milestone")),
    "quality": Group(
        N_("Datasets that could be described better"),
        N_("By the points of data.europa.eu, the fewest first; judged anew every evening."),
    ),
    "city_pages": Group(
        N_("Pages of the city that are not filled in"), N_("The public does not see the lines in question.")
    ),
    "changes": Group(N_("Changed since your last visit")),
    "measures": Group(N_("What is new? Choose a measure")),
}
# what is missing stands together
GAPS = ("no_contact", "no_paper", "unnamed_papers", "doubtful_papers", "no_milestone")


@digitalms_desk.get("/")
def index() -> Page:
    """Show the desk."""
    tk.get_action("digitalms_desk_visit")(reader(), {})
    desk = tk.get_action("digitalms_desk_show")(reader(), {})
    groups = {told["group"]: told for told in desk["groups"]}
    filled = [told for told in desk["groups"] if told["count"] and told["group"] != "changes"]
    data = {
        "all_groups": GROUPS,
        "desk": desk,
        "groups": groups,
        "filled": [told for told in filled if told["group"] not in GAPS],
        "missing": [told for told in filled if told["group"] in GAPS],
        "gaps": GAPS,
        "contact": config.contact_email(),
    }
    return rendered("digitalms/desk/index.html", data)


@digitalms_desk.get("/<group>")
def all_of(group: str) -> Page:
    """Show all entries of a group, a part of them at a time; of measures those that words choose."""
    if group not in GROUPS:
        raise tk.ObjectNotFound(tk._("The desk has no such part."))
    shown, words = part(SHOWN), tk.request.args.get("q", "").strip()
    asked = {"group": group, **shown.asked, **({"q": words} if group == "measures" else {})}
    desk = tk.get_action("digitalms_desk_show")(reader(), asked)
    data = {"all_groups": GROUPS, "desk": desk, "told": desk["groups"][0], "part": shown, "words": words}
    return rendered("digitalms/desk/group.html", data)
