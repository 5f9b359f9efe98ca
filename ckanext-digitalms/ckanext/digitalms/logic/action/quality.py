"""How good what is said of a dataset is, by the points of data.europa.eu."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Context

from ckanext.digitalms.dcat.checking import ShapesError
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic import schema
from ckanext.digitalms.quality import rules
from ckanext.digitalms.quality.judging import Score
from ckanext.digitalms.services.dcat import pieces
from ckanext.digitalms.services.quality import kept

__all__ = ["digitalms_quality_show"]


@tk.side_effect_free
def digitalms_quality_show(context: Context, data_dict: Json) -> Json:
    """Say how many points data.europa.eu gives for what is said of a dataset, and which field gives more.

    Nothing is fetched: whether an address elsewhere answers is not judged. Who may change the dataset may
    ask; everybody may where the city shows it (``ckanext.digitalms.quality.public``) and it is public.

    Args:
        id: the dataset's or measure's name or id.

    Returns:
        ``{points, most, unknown, european, band, rules, results}``: the points, of how many, how many are not
        judged, what they are in the feed with European licences, what data.europa.eu calls so many, and the
        version of the rules. Each result has indicator, dimension, label, points (nothing where it is not
        judged), most, field (of the form, or an empty text) and remedy; what is missing and gives most first.
    """
    tk.check_access("digitalms_quality_show", context, data_dict)
    wanted = schema.asked("digitalms_quality_show", context, data_dict)
    told = tk.get_action("package_show")(
        {"ignore_auth": True, "user": "", "use_cache": False},  # never from the index, which may be behind
        {"id": wanted["id"]},
    )
    if told["type"] not in pieces.TYPES:
        raise tk.ObjectNotFound(tk._("There is no dataset “{found}”.").format(found=wanted["id"][:60]))
    try:
        verdict = kept.of_dataset(told)
    except ShapesError as error:
        message = tk._("The rules cannot be read; the operator mends this: {reason}")
        raise tk.ValidationError({"shapes": [message.format(reason=error)]}) from error
    return {
        "points": verdict.points,
        "most": rules.MOST,
        "unknown": verdict.unknown,
        "european": verdict.european,
        "band": rules.band(verdict.points).value,
        "rules": rules.VERSION,
        "results": [_told(one) for one in sorted(verdict.scores, key=_urgency)],
    }


def _urgency(score: Score) -> tuple[int, int]:
    """Put what is missing first, then what is not judged, then what is there; each by its points."""
    place = {False: 0, None: 1, True: 2}[score.is_met]
    return place, -score.indicator.points


def _told(score: Score) -> Json:
    indicator = score.indicator
    return {
        "indicator": indicator.code,
        "dimension": indicator.dimension.value,
        "label": tk._(indicator.label),
        "points": score.points,
        "most": indicator.points,
        "field": indicator.field,
        "remedy": tk._(indicator.remedy),
    }
