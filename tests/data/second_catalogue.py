"""A CKAN of its own that harvests a feed: nothing of ours is loaded in it.

``python second_catalogue.py INI FEED CONFIG`` makes the tables, runs a job of the harvester ``dcat_rdf`` of
ckanext-dcat to its end twice, and prints the datasets that there are then as JSON.
"""

from __future__ import annotations

import json
import sys

from ckan import model
from ckan.cli import load_config
from ckan.cli.db import _run_migrations
from ckan.config.middleware import make_app
from ckan.lib.search import clear_all
from ckan.plugins import plugin_loaded
from ckan.plugins import toolkit as tk
from ckanext.harvest import queue
from ckanext.harvest.model import HarvestGatherError, HarvestJob, HarvestObjectError
from ckanext.harvest.tests.lib import run_harvest_job


def main(ini: str, feed: str, config: str) -> None:
    app = make_app(load_config(ini))
    with app._wsgi_app.test_request_context():
        assert not plugin_loaded("digitalms")
        model.repo.init_db()
        _run_migrations("harvest")
        clear_all()
        user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
        asked = {"user": user, "ignore_auth": True}
        told = {"name": "quelle", "title": "Quelle", "url": feed, "source_type": "dcat_rdf", "config": config}
        source = tk.get_action("harvest_source_create")(dict(asked), told)
        for _ in range(2):
            job = tk.get_action("harvest_job_create")(dict(asked), {"source_id": source["id"]})
            run_harvest_job(HarvestJob.get(job["id"]), queue.get_harvester("dcat_rdf"))
        wrong = [
            error.message
            for kind in (HarvestGatherError, HarvestObjectError)
            for error in model.Session.query(kind)
        ]
        found = tk.get_action("package_search")(
            dict(asked), {"rows": 1000, "fq": "dataset_type:dataset", "include_private": True}
        )["results"]
        clear_all()
        print(json.dumps({"errors": wrong, "datasets": found}), file=sys.__stdout__)


if __name__ == "__main__":
    out, sys.stdout = sys.stdout, sys.stderr  # what its libraries print is not the answer
    main(*sys.argv[1:])
