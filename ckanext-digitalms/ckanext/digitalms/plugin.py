"""The plugin: a list of capabilities, no logic."""

from __future__ import annotations

import ckan.plugins as p
import ckan.plugins.toolkit as tk


@tk.blanket.config_declarations
class DigitalMSPlugin(p.SingletonPlugin):
    """Digitalisation measures of a city, with their history, as open data."""
