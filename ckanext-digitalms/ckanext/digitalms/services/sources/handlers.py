"""How the core finds the harvester of a delivered table without importing any harvester.

A harvester that takes deliveries names their kind in ``delivery_kind`` and has the methods of
:class:`DeliveryHandler`; it is found among the plugins that ckanext-harvest knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.types import Context
from ckanext.harvest.interfaces import IHarvester

from ckanext.digitalms.model import Delivery
from ckanext.digitalms.validation.findings import Report


@runtime_checkable
class DeliveryHandler(Protocol):
    """A harvester that takes over a stored delivery."""

    delivery_kind: str

    def fetch_delivery(self, url: str) -> tuple[str, bytes]:
        """Return name and bytes of a table at an address; raises ``ValidationError`` with the reason."""
        ...

    def about_delivery(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is stated of a delivery besides its dialect; raises ``ValidationError``."""
        ...

    def judge_delivery(self, delivery: Delivery) -> Report:
        """Say what is wrong with a delivery and what it would change; changes nothing."""
        ...

    def process_delivery(self, context: Context, delivery: Delivery) -> Report:
        """Take a delivery over, all of it or nothing, and commit what became of it."""
        ...


@dataclass(frozen=True)
class Tried:
    """What an address gave when a source was tried: name and bytes of the file, and the report on it."""

    filename: str
    size: int
    report: Report


@runtime_checkable
class SourceChecker(Protocol):
    """A harvester whose sources can be tried before they are saved."""

    def info(self) -> dict[str, str]:
        """Describe the harvester; its name is the type of its sources."""
        ...

    def check_source(self, url: str, config: str, organisation: str | None, source_id: str | None) -> Tried:
        """Fetch and judge what a source would deliver; keeps nothing, raises ``ValidationError``."""
        ...


def checker_of(source_type: str) -> SourceChecker:
    """Return the harvester of a type of sources; raises ``ValidationError`` where they cannot be tried."""
    for harvester in p.PluginImplementations(IHarvester):
        if harvester.info()["name"] == source_type and isinstance(harvester, SourceChecker):
            return harvester
    message = tk._("Sources of this kind cannot be tried before: save it, and run it on its page.")
    raise tk.ValidationError({"source_type": [message]})


def handler_of(kind: str) -> DeliveryHandler:
    """Return the harvester for a kind of delivery; raises ``ValidationError`` when no plugin has it."""
    for harvester in p.PluginImplementations(IHarvester):
        if isinstance(harvester, DeliveryHandler) and harvester.delivery_kind == kind:
            return harvester
    message = tk._(
        "No plugin takes deliveries of “{kind}”: let the operator add its harvester to ckan.plugins."
    )
    raise tk.ValidationError({"kind": [message.format(kind=kind[:40])]})
