"""The catalogue as other portals read it: DCAT-AP.de 3.0."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.digitalms.dcat.catalogue import Paging
from ckanext.digitalms.dcat.checking import ShapesError
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic import schema
from ckanext.digitalms.messages import translate
from ckanext.digitalms.services.dcat import croissants, measure_facts, pages, pieces, verdict
from ckanext.digitalms.services.lookup import find_package
from ckanext.digitalms.vocabularies import MEASURE_TYPE

__all__ = ["digitalms_croissant_show", "digitalms_dcat_check", "digitalms_dcat_list", "digitalms_dcat_show"]


@tk.side_effect_free
def digitalms_dcat_check(context: Context, data_dict: Json) -> Json:
    """Say what a dataset lacks for other portals and at which field that is mended, public or not yet.

    Args:
        id: the dataset's or measure's name or id.
        limit: at most this many, up to 1000; default 100.
        offset: leave out the first.

    Returns:
        ``{count, results}``, the gravest first: ``severity`` (Violation and Warning break a rule of
        DCAT-AP.de, Hint does not), ``field`` of the form (``organisation.NAME``: of the organisation's, which
        says it), ``path`` (the property), ``value`` and ``sentence``.
    """
    tk.check_access("digitalms_dcat_check", context, data_dict)
    wanted = schema.asked("digitalms_dcat_check", context, data_dict)
    package = find_package(wanted["id"])
    if package is None or package.type not in pieces.TYPES:
        raise tk.ObjectNotFound(tk._("There is no dataset “{found}”.").format(found=wanted["id"][:60]))
    try:
        found = verdict.of_dataset(_told(package))
    except ShapesError as error:
        message = tk._("The rules cannot be read; the operator mends this: {reason}")
        raise tk.ValidationError({"shapes": [message.format(reason=error)]}) from error
    results = [
        {
            "severity": one.severity,
            "field": one.field,
            "path": one.path,
            "value": one.value,
            "sentence": translate(one.message, tk._),
        }
        for one in found
    ]
    return schema.paged(results, wanted)


@tk.side_effect_free
def digitalms_croissant_show(context: Context, data_dict: Json) -> Json:
    """Show a public dataset with a table of ours as Croissant 1.0, whoever asks.

    Args:
        id: the dataset's name or id.

    Returns:
        the document: JSON-LD with the files of the release (address, SHA-256) and its columns.

    Raises:
        ObjectNotFound: there is no such public dataset, or it has no published table of ours.
    """
    tk.check_access("digitalms_croissant_show", context, data_dict)
    wanted = schema.asked("digitalms_croissant_show", context, data_dict)
    return croissants.of_dataset(wanted["id"])


def _told(package: model.Package) -> Json:
    """Return a dataset from the database: the index may be behind."""
    if package.type == MEASURE_TYPE:
        return measure_facts.told_of(package, (tag.name for tag in package.get_tags()))
    asked = {"ignore_auth": True, "user": "", "use_cache": False}
    told: Json = tk.get_action("package_show")(asked, {"id": package.id})
    return told


@tk.side_effect_free
def digitalms_dcat_list(context: Context, data_dict: Json) -> Json:
    """List the public datasets and measures as DCAT-AP.de 3.0, 100 a page, whoever asks.

    Args:
        page: which page, from 1.
        q: only datasets that the search finds, as ``package_search`` takes it.
        fq: filters of the search, as ``package_search`` takes them.
        modified_since: only what was changed on this day or later (YYYY-MM-DD).
        profile: ``own`` (default), or ``delivered``: with who delivers each dataset to GovData.
        licenses: ``de`` (default), or ``eu``: licences by the list of the European Union.

    Returns:
        ``{count, page, pages, results}``: how many datasets there are in all, which page this is and how
        many there are, and the nodes of catalogue and datasets, each an object of flattened JSON-LD.

    Raises:
        ObjectNotFound: the page is beyond the last.
    """
    tk.check_access("digitalms_dcat_list", context, data_dict)
    wanted = schema.asked("digitalms_dcat_list", context, data_dict)
    count, told = pages.found(wanted, wanted["page"])
    paging = Paging(wanted["page"], count)
    if paging.number > paging.last:
        message = tk._("The catalogue has {count} pages: ask for one of them.")
        raise tk.ObjectNotFound(message.format(count=paging.last))
    results = pages.nodes_of(told, wanted["profile"], wanted["licenses"])
    return {"count": count, "page": paging.number, "pages": paging.last, "results": results}


@tk.side_effect_free
def digitalms_dcat_show(context: Context, data_dict: Json) -> Json:
    """Show one public dataset or measure as DCAT-AP.de 3.0, whoever asks.

    Args:
        id: the dataset's name or id.
        profile: as in the list.
        licenses: as in the list.

    Returns:
        ``{type, name, results}``: what it is, its name, and its nodes, each an object of flattened JSON-LD.

    Raises:
        ObjectNotFound: there is no such public dataset.
    """
    tk.check_access("digitalms_dcat_show", context, data_dict)
    wanted = schema.asked("digitalms_dcat_show", context, data_dict)
    kind, name, piece = pages.one(wanted["id"])
    results = pages.for_feed(pages.whole(piece), [piece], wanted["profile"], wanted["licenses"])
    return {"type": kind, "name": name, "results": results}
