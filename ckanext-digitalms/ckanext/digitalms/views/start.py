"""The start page: what this is, how far it has come, and the ways in."""

from __future__ import annotations

from flask import Blueprint

from ckanext.digitalms import config

from .overview import figures
from .pages import Page, rendered
from .point_in_time import measures, requested_point_in_time

digitalms_start = Blueprint("digitalms_start", __name__)


@digitalms_start.route("/", endpoint="index")
def index() -> Page:
    """Show the start page."""
    moment = requested_point_in_time()
    every = measures(moment)
    newest = sorted(every, key=lambda m: (m["as_of"], m["statement_id"]), reverse=True)[:3]
    data = {"figures": figures(every), "newest": newest, "city": config.city(), "moment": moment}
    return rendered("digitalms/start/index.html", data)
