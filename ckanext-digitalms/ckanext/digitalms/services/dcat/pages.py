"""The catalogue by pages, as strangers see it: what is private is in no feed, whoever asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.search import SearchError
from ckan.types import Context

from ckanext.digitalms import config
from ckanext.digitalms.dcat import catalogue
from ckanext.digitalms.dcat.describing import Node
from ckanext.digitalms.search.fields import DCAT
from ckanext.digitalms.services.operation.failures import failed_part

from . import catalogue_facts, pieces
from .pieces import Piece

_TYPES = f"+dataset_type:({' OR '.join(pieces.TYPES)})"


def found(asked: Mapping[str, Any], number: int) -> tuple[int, list[Piece]]:
    """Return how many datasets there are, and the pieces of one page of them.

    Args:
        asked: ``q``, ``fq`` and ``modified_since``.
        number: of the page, from 1; one beyond the last has none.
    """
    count, documents = _documents(asked, number)
    return count, [piece for each in documents if (piece := _piece(each))]


def identified(number: int) -> tuple[int, list[tuple[str, Piece]]]:
    """Return how many datasets there are, and those of one page, each with its id."""
    count, documents = _documents({}, number)
    return count, [(str(each["id"]), piece) for each in documents if (piece := _piece(each))]


def _documents(asked: Mapping[str, Any], number: int) -> tuple[int, list[dict[str, Any]]]:
    filters = [asked.get("fq") or "", _TYPES]
    if asked.get("modified_since"):
        filters.append(f"+metadata_modified:[{asked['modified_since']}T00:00:00Z TO NOW]")
    search = {
        "q": asked.get("q") or "*:*",
        "fq": " ".join(filters).strip(),
        "fl": ["id", DCAT],
        "sort": "metadata_created asc, id asc",
        "rows": catalogue.PAGE,
        "start": (number - 1) * catalogue.PAGE,
        "facet": False,
    }
    try:
        answer = tk.get_action("package_search")(stranger(), search)
    except SearchError as refused:
        if failed_part(refused) is not None:
            raise
        message = tk._("The search does not understand “{found}”: write q and fq as Solr takes them.")
        typed = " ".join(str(asked.get(name) or "") for name in ("q", "fq")).strip()
        raise tk.ValidationError({"fq": [message.format(found=typed[:60])]}) from refused
    return answer["count"], answer["results"]


def stranger() -> Context:
    """Return the context of somebody who is not signed in."""
    from flask_login import AnonymousUserMixin

    return {"user": "", "auth_user_obj": AnonymousUserMixin()}


def one(name: str) -> tuple[str, str, Piece]:
    """Return type, name and piece of a public dataset.

    Raises:
        tk.ObjectNotFound: there is none that strangers see.
    """
    told = public(name)
    return told["type"], told["name"], pieces.made(told)


def public(name: str) -> dict[str, Any]:
    """Return a dataset or measure as strangers see it.

    Raises:
        tk.ObjectNotFound: there is none that strangers see.
    """
    nothing = tk.ObjectNotFound(tk._("There is no public dataset “{found}”.").format(found=name[:60]))
    try:
        told: dict[str, Any] = tk.get_action("package_show")(stranger(), {"id": name})
    except (tk.ObjectNotFound, tk.NotAuthorized) as hidden:
        raise nothing from hidden
    if told["type"] not in pieces.TYPES or told["state"] != "active":
        raise nothing
    return told


def whole(piece: Piece) -> list[Node]:
    """Return all that is to be said of a dataset where the catalogue does not stand beside it."""
    return [*piece.nodes, *catalogue.services(catalogue_facts.catalogue())]


def _piece(document: Mapping[str, Any]) -> Piece | None:
    """Return a piece as the index keeps it, or make it; nothing where the index is behind and it is gone."""
    if piece := pieces.kept(document):
        return piece
    try:
        return one(document["id"])[2]
    except tk.ObjectNotFound:
        return None


def nodes_of(told: Sequence[Piece], profile: str, licenses: str) -> list[Node]:
    """Return the catalogue with some datasets, as a feed is wanted; see :func:`for_feed`."""
    whole = catalogue.catalogue(catalogue_facts.catalogue(), [piece.subject for piece in told])
    return for_feed([*whole, *(node for piece in told for node in piece.nodes)], told, profile, licenses)


def for_feed(nodes: list[Node], told: Iterable[Piece], profile: str, licenses: str) -> list[Node]:
    """Return nodes as a feed is wanted.

    Args:
        nodes: of the catalogue and of its datasets.
        told: the pieces of these datasets.
        profile: ``delivered`` adds who delivers each dataset.
        licenses: ``eu`` names them by the European list.
    """
    if profile == "delivered":
        own = {piece.subject: piece.contributor for piece in told if piece.contributor}
        nodes = catalogue.delivered(nodes, own, config.contributor_id())
    return catalogue.with_european_licenses(nodes) if licenses == "eu" else nodes
