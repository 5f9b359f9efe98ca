"""What the embedded catalogue does by itself, and when; how it runs is tried by ``test_fork_server.py``."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from ckanext.digitalms.stack import schedule


def test_what_runs_when() -> None:
    jobs = {job.id: job for job in schedule.make_schedule(ZoneInfo("Europe/Berlin")).get_jobs()}
    words = {name: tuple(job.args) for name, job in jobs.items()}
    assert words["harvest"] == ("harvest", "run")
    assert words["publish"] == ("publish",)
    assert words["dcat-check"] == ("dcat", "check")
    fields = {field.name: str(field) for field in jobs["publish"].trigger.fields}
    assert (fields["hour"], fields["minute"]) == ("0", "1")
    assert str(jobs["publish"].trigger.timezone) == "Europe/Berlin"
