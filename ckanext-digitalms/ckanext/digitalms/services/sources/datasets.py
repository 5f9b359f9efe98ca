"""Datasets that a harvest makes: one for each record, with an address for good.

The id of a dataset is made from its source and identifier, so that no crash and no second worker can make
it twice; its name is chosen once. A dataset and the identity of its record are committed together.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context
from slugify import slugify

from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.model import HarvestIdentity
from ckanext.digitalms.vocabularies import MEASURE_TYPE

from .health import source_organisation
from .identities import identity_get

_NAMESPACE = uuid.UUID("6c8f3a52-9f0e-4d0b-8f7d-2f0c3f2a1d55")
_GERMAN = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("Ä", "ae"), ("Ö", "oe"), ("Ü", "ue"), ("ß", "ss"))
_LONGEST_NAME = 90


class LeftAloneError(Exception):
    """A dataset that a harvest does not touch; ``message`` says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def harvested_dataset_id(source_id: str, identifier: str) -> str:
    """Return the id of the dataset of a record, the same in every run."""
    return str(uuid.uuid5(_NAMESPACE, f"{source_id}\n{identifier}"))


def harvested_dataset_write(
    context: Context, source_id: str, identifier: str, content_hash: str, data: Mapping[str, Any]
) -> str:
    """Create or change the dataset of a record, commit it with its identity, and return its id.

    Address, organisation and whether it is private stay as they are; a dataset that the harvest deleted is
    there again.

    Raises:
        LeftAloneError: a person deleted the dataset, or it is a measure, which the catalogue owns.
        tk.ValidationError: the data break a rule of the catalogue; nothing is written.
    """
    identity = identity_get(source_id, identifier) or HarvestIdentity(
        source_id=source_id, identifier=identifier, package_id=harvested_dataset_id(source_id, identifier)
    )
    package = model.Package.get(identity.package_id)
    reason = _left_alone(package, identity)
    identity.content_hash, identity.title = content_hash, str(data.get("title") or identifier)[:500]
    identity.last_seen, identity.gone_since = datetime.now(UTC), None
    identity.removed_at, identity.gone_confirmed = None, False
    model.Session.add(identity)  # committed with the dataset
    if reason is not None:
        model.repo.commit()  # so that the next run does not try again
        raise LeftAloneError(reason)
    told = {**data, "resources": _with_ids(str(identity.package_id), data.get("resources") or [])}
    if package is None:
        own = {"id": identity.package_id, "name": _name(str(data.get("title") or identifier))}
        place = {"owner_org": source_organisation(source_id), "type": "dataset"}
        tk.get_action("package_create")(context, {**place, **told, **own})
    else:
        tk.get_action("package_update")(context, {**told, **_as_it_is(package)})
    return str(identity.package_id)


def _as_it_is(package: model.Package) -> dict[str, Any]:
    return {
        "id": package.id,
        "name": package.name,
        "type": package.type,
        "owner_org": package.owner_org,
        "private": package.private,
        "state": model.State.ACTIVE,
    }


def _with_ids(package_id: str, resources: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return each resource an id that its address makes, so that it is the same in every run."""
    space, counts, told = uuid.UUID(package_id), Counter[str](), []
    for each in resources:
        address = str(each.get("url") or "")
        counts[address] += 1
        told.append({"id": str(uuid.uuid5(space, f"{address}\n{counts[address]}")), **each})
    return told


def harvested_dataset_remove(context: Context, source_id: str, identifier: str) -> str | None:
    """Delete the dataset of a record whose grace time is over, and return its id.

    Its identity stays, and with it the way back. Nothing is deleted that no harvest made, and no measure.
    """
    identity = identity_get(source_id, identifier)
    if identity is None or identity.gone_since is None or identity.removed_at is not None:
        return None
    package = model.Package.get(identity.package_id) if identity.package_id else None
    identity.removed_at, identity.content_hash = datetime.now(UTC), None
    model.Session.add(identity)
    if package is not None and package.state == model.State.ACTIVE and package.type != MEASURE_TYPE:
        tk.get_action("package_delete")(context, {"id": package.id})  # commits
    model.repo.commit()
    return identity.package_id


def _left_alone(package: model.Package | None, identity: HarvestIdentity) -> Message | None:
    if package is None:
        return None
    if package.type == MEASURE_TYPE:
        return Message(N_("The dataset is a measure: a harvest writes none."))
    if package.state == model.State.DELETED and identity.removed_at is None:
        return Message(N_("The dataset was deleted in the catalogue by a person and stays so."))
    return None


def _name(title: str) -> str:
    base = slugify(title, replacements=_GERMAN)[:_LONGEST_NAME].strip("-") or "datensatz"
    name, number = base if len(base) > 1 else f"{base}-1", 2
    while model.Package.get(name) is not None:
        name, number = f"{base}-{number}", number + 1
    return name
