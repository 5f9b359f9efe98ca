"""What the embedded catalogue does by itself, when, and in which processes."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from multiprocessing import forkserver
from pathlib import Path
from zoneinfo import ZoneInfo

import psutil
import pytest

from ckanext.digitalms.stack import schedule

ROOT = Path(__file__).parents[2]


class TestSchedule:
    def test_what_runs_when(self) -> None:
        jobs = {job.id: job for job in schedule.make_schedule(ZoneInfo("Europe/Berlin")).get_jobs()}
        words = {name: tuple(job.args) for name, job in jobs.items()}
        assert words["harvest"] == ("harvest", "run")
        assert words["publish"] == ("publish",)
        fields = {field.name: str(field) for field in jobs["publish"].trigger.fields}
        assert (fields["hour"], fields["minute"]) == ("0", "1")
        assert str(jobs["publish"].trigger.timezone) == "Europe/Berlin"

    @pytest.fixture
    def logged(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
        """What the schedule says; its fork server ends with the test."""
        said: list[str] = []
        for level in ("error", "info"):
            monkeypatch.setattr(schedule.log, level, lambda text, *words: said.append(text % words))
        yield said
        forkserver._forkserver._stop()

    @pytest.mark.usefixtures("catalogue")
    def test_commands_are_forked_from_one_that_shares_nothing(
        self, monkeypatch: pytest.MonkeyPatch, logged: list[str]
    ) -> None:
        """CKAN is loaded once, and leaves no connection open that two processes would talk through."""
        monkeypatch.setenv("CKAN_INI", str(ROOT / "test.ini"))
        assert schedule.run("harvest", "run")
        loaded = forkserver._forkserver._forkserver_pid
        assert psutil.Process(loaded).net_connections("inet") == []
        assert not schedule.run("publish", "--nonsense")
        assert forkserver._forkserver._forkserver_pid == loaded
        assert logged[0].startswith("harvest run: done")
        assert logged[1].startswith("publish --nonsense failed (2): Usage: ckan digitalms publish")
        os.kill(loaded, signal.SIGKILL)
        while psutil.Process(loaded).status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.05)
        assert schedule.run("harvest", "run")

    def test_a_catalogue_that_does_not_load_is_logged_and_nothing_else(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logged: list[str]
    ) -> None:
        monkeypatch.setenv("CKAN_INI", str(tmp_path / "missing.ini"))
        assert not schedule.run("publish")
        assert logged == ["publish was not begun: CKAN does not load"]
