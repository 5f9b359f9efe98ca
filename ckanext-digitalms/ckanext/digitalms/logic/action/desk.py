"""The desk: what waits for whoever is signed in, and ways to settle it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.digitalms import config
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic import schema
from ckanext.digitalms.services import organisations
from ckanext.digitalms.services.access.rights import Account, account, kept_offices
from ckanext.digitalms.services.desk import visits
from ckanext.digitalms.services.desk.groups import GROUPS, Desk

__all__ = ["digitalms_desk_show", "digitalms_desk_visit"]


@tk.side_effect_free
def digitalms_desk_show(context: Context, data_dict: Json) -> Json:
    """Show the desk: what of your measures, tables and sources waits for you; of a coordinator's all.

    Args:
        group: only this one: updates (due by now or within two weeks), late_milestones, figures (whose next
            value is due), deliveries, questions (of sources), previews (not yet applied), sources (that
            fail), internal (measures), the gaps no_contact, no_paper, unnamed_papers, doubtful_papers and
            no_milestone, quality (datasets whose fields would give more points), city_pages, changes (since
            your last visit), or measures: all that you keep.
        q: of the group ``measures`` only those in whose title or key all of these words stand.
        limit: of each group, up to 1000; default 5.
        offset: how many to leave out first.

    Returns:
        ``{since, offices, is_coordinator, measures, groups}``: when your last visit ended, the titles of the
        organisations whose measures you keep (empty for a coordinator, who keeps all), how many measures you
        keep, and of each group ``{group, count, results}``. Each result names what it is about: measures by
        measure_id, title, organisation_title, visibility and as_of.
    """
    tk.check_access("digitalms_desk_show", context, data_dict)
    told = schema.asked("digitalms_desk_show", context, data_dict)
    user = account(context.get("user"))
    offices = kept_offices(context.get("user"))
    desk = Desk(
        user_id=user.user_id if user else "",
        offices=None if offices is None else list(offices),
        since=visits.since(user.user_id) if user else datetime.now(UTC),
        day=config.today(),
        words=told["q"],
    )
    return {
        "since": desk.since.isoformat(),
        "offices": _titles(desk.offices or ()),
        "is_coordinator": offices is None,
        "measures": desk.count(),
        "groups": [_group(desk, name, told) for name in ([told["group"]] if told.get("group") else GROUPS)],
    }


def _titles(offices: Sequence[str]) -> list[str]:
    titles = organisations.titles_of(offices)
    return sorted(titles[one] for one in offices if one in titles)


def _group(desk: Desk, name: str, told: Json) -> Json:
    return {"group": name, **schema.paged(desk.entries(name), told)}


def digitalms_desk_visit(context: Context, data_dict: Json) -> Json:
    """Note that you look at your desk; a look that comes half an hour after the last one is another visit.

    Returns:
        ``{since}``: when the visit before this one ended; for the first one two weeks ago.
    """
    tk.check_access("digitalms_desk_visit", context, data_dict)
    schema.asked("digitalms_desk_visit", context, data_dict)
    user: Account | None = account(context.get("user"))
    if user is None:
        raise tk.NotAuthorized(tk._("Sign in first."))
    since = visits.note(user.user_id)
    model.repo.commit()
    return {"since": since.isoformat()}
