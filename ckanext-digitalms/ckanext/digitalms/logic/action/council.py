"""Council papers: what a text cites, and which measures cite a paper."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Context

from ckanext.digitalms import config
from ckanext.digitalms.council.citations import Citation, citations, described, known_papers, near, paper_of
from ckanext.digitalms.council.reference import (
    CouncilReference,
    ReferenceRefusedError,
    find_unspecified,
    parse_reference_field,
    parse_references,
)
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic import schema
from ckanext.digitalms.messages import translate
from ckanext.digitalms.services.measures.catalogue import catalogue, read_point_in_time

__all__ = [
    "digitalms_council_reference_list",
    "digitalms_council_reference_parse",
    "digitalms_council_reference_show",
]


@tk.side_effect_free
def digitalms_council_reference_parse(context: Context, data_dict: Json) -> Json:
    """Find every reference to a council paper in a text, in any spelling.

    Args:
        text: running text, such as ``V/0989/2017/V/0989/2017/1 und V/0144/2018``.

    Returns:
        ``{count, results, unspecified}``; each result has reference (normalised), kind, number, year, term,
        supplement, body, is_motion, original (its spelling in the text), start and end. ``unspecified`` is
        true where the text speaks of papers without a number (“Diverse Vorlagen”).
    """
    tk.check_access("digitalms_council_reference_parse", context, data_dict)
    told = schema.asked("digitalms_council_reference_parse", context, data_dict)
    found = parse_references(told["text"], config.council_body())
    results = [
        {**described(item.reference), "original": item.original, "start": item.start, "end": item.end}
        for item in found
    ]
    unspecified = find_unspecified(told["text"]) is not None
    return {"count": len(results), "results": results, "unspecified": unspecified}


@tk.side_effect_free
def digitalms_council_reference_show(context: Context, data_dict: Json) -> Json:
    """Show a council paper with its supplements and the public measures that cite it.

    Args:
        reference: the paper's number in any spelling, such as ``V/0989/2017/1`` or ``0989/2017``.
        body: the council that the number belongs to; default this city's.
        cut_off_date: as it was at the end of this day.
        known_at: as we knew it then.
        limit: of each list of measures, up to 1000; default 100.
        offset: how many of each to leave out first.

    Returns:
        reference (normalised), kind, number, year, term (election period, where the council counts by it),
        supplement, body, is_motion, paper (without supplement), paper_name and paper_url (its title and
        address, where a measure says them; else null), measures (that cite exactly this one: measure_id,
        title, status, url, role, original, decided_on, decided_by, result, paper_name, paper_url) with
        measure_count, paper_measures (that cite the paper itself) and supplements, each with its measures;
        cut_off_date and known_at: of which point in time (null: now).

    Raises:
        ObjectNotFound: no public measure cites it; the sentence names papers that may be meant.
        ValidationError: this is no number of a paper.
    """
    tk.check_access("digitalms_council_reference_show", context, data_dict)
    told = schema.asked("digitalms_council_reference_show", context, data_dict)
    asked = _asked(told)
    found = _citations(told)
    if not told.get("body"):
        # whose a number is that follows no scheme, says who cites it
        same = (one.reference for one in found if str(one.reference) == str(asked))
        asked = asked if any(one.reference == asked for one in found) else next(same, asked)
    paper = paper_of(found, asked)
    if paper is None:
        meant = ", ".join(row["reference"] for row in near(known_papers(found), asked)[:5])
        sentence = tk._("No measure cites {found}.").format(found=asked)
        hint = tk._("Perhaps you mean {meant}.").format(meant=meant) if meant else ""
        raise tk.ObjectNotFound(f"{sentence} {hint}".strip())
    answer = {
        **_part(paper, told),
        "paper_measures": schema.page_of(paper["paper_measures"], told),
        "supplements": [_part(supplement, told) for supplement in paper["supplements"]],
    }
    return schema.dated(answer, told)


def _part(paper: Json, told: Json) -> Json:
    measures = schema.paged(paper["measures"], told)
    return {**paper, "measures": measures["results"], "measure_count": measures["count"]}


def _citations(told: Json) -> list[Citation]:
    return list(citations(catalogue(*read_point_in_time(told)), config.council_body()))


def _asked(told: Json) -> CouncilReference:
    try:
        asked = parse_reference_field(told["reference"], told.get("body") or config.council_body()).reference
    except ReferenceRefusedError as refused:
        raise tk.ValidationError({"reference": [translate(refused.message, tk._)]}) from refused
    if isinstance(asked, CouncilReference):
        return asked
    raise tk.ValidationError({"reference": [tk._("This names no paper: enter its number.")]})


@tk.side_effect_free
def digitalms_council_reference_list(context: Context, data_dict: Json) -> Json:
    """List the council papers that public measures cite, by year and number.

    Args:
        cut_off_date: as it was at the end of this day.
        known_at: as we knew it then.
        limit: at most this many, up to 1000; default 100.
        offset: leave out the first.

    Returns:
        ``{count, results, cut_off_date, known_at}``; each result has reference, kind, number, year, term,
        supplement, body, is_motion, paper_name, paper_url and measure_count. The others say of which point in
        time (null: now).
    """
    tk.check_access("digitalms_council_reference_list", context, data_dict)
    told = schema.asked("digitalms_council_reference_list", context, data_dict)
    papers = known_papers(_citations(told))
    return schema.dated(schema.paged(papers, told), told)
