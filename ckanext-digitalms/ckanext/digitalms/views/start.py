"""The start page: what this is, how far it has come, and the ways in."""

from __future__ import annotations

from typing import Any, TypeAlias

import ckan.plugins.toolkit as tk
from flask import Blueprint

from ckanext.digitalms import config

from .overview import figures
from .point_in_time import PointInTime, measures

# CKAN's own helpers are not typed
Page: TypeAlias = Any

digitalms_start = Blueprint("digitalms_start", __name__)


@digitalms_start.route("/", endpoint="index")
def index() -> Page:
    """Show the start page."""
    every = measures(PointInTime())
    newest = sorted(every, key=lambda m: (m["as_of"], m["statement_id"]), reverse=True)[:3]
    data = {"figures": figures(every), "newest": newest, "city": config.city()}
    return tk.render("digitalms/start/index.html", data)
