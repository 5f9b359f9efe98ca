"""A page as PDF: a measure, or the overview of a day."""

from __future__ import annotations

import re
from base64 import b64encode

import ckan.plugins.toolkit as tk
from ckan.types import Context

from ckanext.digitalms import config, isolated
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic import schema
from ckanext.digitalms.messages import translate
from ckanext.digitalms.services.measures.catalogue import catalogue, read_point_in_time
from ckanext.digitalms.services.reporting import page_papers

__all__ = ["digitalms_page_pdf"]


@tk.side_effect_free
def digitalms_page_pdf(context: Context, data_dict: Json) -> Json:
    """Return a public measure, or the overview of all, as accessible PDF.

    Args:
        id: the measure's key; without it the overview.
        cut_off_date: as it was at the end of this day; default today.
        known_at: as we knew it then.

    Returns:
        filename, media_type and content (Base64).

    Raises:
        ObjectNotFound: there is no such public measure at that moment.
        ValidationError: keyed ``id``: it would take too much time or memory.
    """
    tk.check_access("digitalms_page_pdf", context, data_dict)
    wanted = schema.asked("digitalms_page_pdf", context, data_dict)
    cut_off, known_at = read_point_in_time(wanted)
    day, measure_id = cut_off or config.today(), wanted.get("id")
    if measure_id and measure_id not in catalogue(cut_off, known_at).keys:
        raise tk.ObjectNotFound(_none(measure_id))
    try:
        content = (
            page_papers.of_measure(measure_id, day, known_at)
            if measure_id
            else page_papers.of_overview(day, known_at)
        )
    except isolated.IsolatedError as error:
        raise tk.ValidationError({"id": [translate(error.message, tk._)]}) from error
    if content is None:
        raise tk.ObjectNotFound(_none(str(measure_id)))
    name = re.sub(r"[^a-z0-9_-]", "", measure_id or "digitalisierungsmassnahmen")
    return {
        "filename": f"{name}-{day:%Y-%m-%d}.pdf",
        "media_type": "application/pdf",
        "content": b64encode(content).decode(),
    }


def _none(measure_id: str) -> str:
    message: str = tk._("There is no public measure “{found}” at that time.")
    return message.format(found=measure_id[:60])
