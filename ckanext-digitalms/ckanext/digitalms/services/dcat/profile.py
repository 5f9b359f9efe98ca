"""Our profile for ckanext-dcat: its serialiser then says what our feed says.

For catalogues that run the plugin ``dcat`` beside ours, with ``ckanext.dcat.rdf.profiles = dcat_ap_de_3``.
What is read (by its harvesters) is read by the European profile that this one extends.
"""

from __future__ import annotations

from typing import Any

from ckanext.dcat.profiles import EuropeanDCATAP3Profile
from rdflib import URIRef

from ckanext.digitalms.dcat import catalogue, writing
from ckanext.digitalms.dcat.describing import Node

from . import catalogue_facts, pieces


class DcatApDe3Profile(EuropeanDCATAP3Profile):  # type: ignore[misc]
    """DCAT-AP.de 3.0."""

    def graph_from_dataset(self, dataset_dict: dict[str, Any], dataset_ref: URIRef) -> None:
        """Add a dataset or measure to the graph."""
        del dataset_ref  # the address that we know it by, see the plugin's ``dataset_uri``
        self._add(pieces.made(dataset_dict).nodes)

    def graph_from_catalog(self, catalog_dict: dict[str, Any] | None, catalog_ref: URIRef) -> None:
        """Add the catalogue to the graph."""
        del catalog_dict, catalog_ref
        self._add(catalogue.catalogue(catalogue_facts.catalogue(), ()))

    def _add(self, nodes: list[Node]) -> None:
        self.g.parse(data=writing.turtle(nodes), format="turtle")
