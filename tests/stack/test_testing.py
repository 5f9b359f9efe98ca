"""How the tests are shared among processes."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from ckanext.digitalms.stack import testing
from ckanext.digitalms.stack.testing import _in_memory, _in_turn, _parts

ROOT = Path(__file__).parents[2]


def has(monkeypatch: pytest.MonkeyPatch, *, processors: int, memory: int = 64 * 10**9) -> None:
    """Say what the machine has; a container may use fewer processors than there are."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: set(range(processors)))
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=memory))


def test_the_suite_is_shared_and_what_measures_comes_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    has(monkeypatch, processors=2)
    (shared, workers), (alone, one) = _parts(ROOT, ["-q"])
    assert (workers, one) == (2, 1)
    assert shared[:4] == ["-m", "not alone and not thorough", "-n", "2"]
    assert alone[:2] == ["-m", "alone and not thorough"]
    assert "tests/kill/test_hard_times.py" in alone[2:-1]
    assert alone[-1] == "-q"


def test_the_thorough_ones_come_when_they_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    has(monkeypatch, processors=2)
    (shared, _), (alone, _) = _parts(ROOT, ["--all", "-q"])
    assert (shared[1], alone[1]) == ("not alone", "alone")
    assert _parts(ROOT, ["--all", "tests/kill"]) == [(["tests/kill"], 1)]


def test_no_more_processes_than_valkey_has_places_for(monkeypatch: pytest.MonkeyPatch) -> None:
    has(monkeypatch, processors=64)
    assert _parts(ROOT, [])[0][1] == 8


def test_no_more_processes_than_there_is_memory_for(monkeypatch: pytest.MonkeyPatch) -> None:
    has(monkeypatch, processors=8, memory=4 * 10**9)
    assert _parts(ROOT, [])[0][1] == 2
    has(monkeypatch, processors=8, memory=10**9)
    assert _parts(ROOT, [])[0][1] == 1


def test_chosen_tests_are_shared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    has(monkeypatch, processors=2)
    (words, workers), *more = _parts(ROOT, ["-k", "rights"])
    assert not more
    assert (words[-2:], workers) == (["-k", "rights"], 2)


@pytest.mark.parametrize("named", ["tests/stack", "tests/stack/test_testing.py::test_files_that_are_named"])
def test_files_that_are_named(named: str) -> None:
    assert _parts(ROOT, [named, "-x"]) == [([named, "-x"], 1)]


def test_as_many_as_are_asked_for() -> None:
    assert _parts(ROOT, ["-n", "4"]) == [(["-n", "4"], 4)]


@pytest.mark.parametrize(
    ("codes", "first", "ran"), [([0, 0], 0, 2), ([1, 0], 1, 2), ([0, 1], 1, 2), ([2, 0], 2, 1)]
)
def test_after_an_interruption_nothing_is_begun(codes: list[int], first: int, ran: int) -> None:
    """A failure is told at the end; Ctrl-C ends all of it."""
    left = iter(codes)
    assert _in_turn([([], 2), ([], 1)], lambda words, workers: next(left)) == first
    assert len(codes) - len(list(left)) == ran


def test_tests_write_to_memory_where_there_is_plenty(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("TMPDIR", raising=False)
    monkeypatch.setattr(testing, "_MEMORY", tmp_path)
    monkeypatch.setattr(testing, "_PLENTY", 1)
    assert _in_memory() == {"TMPDIR": str(tmp_path)}
    monkeypatch.setattr(testing, "_PLENTY", 10**15)
    assert _in_memory() == {}
    monkeypatch.setattr(testing, "_PLENTY", 1)
    monkeypatch.setenv("TMPDIR", "/var/tmp")
    assert _in_memory() == {}


def test_tests_write_to_no_memory_that_starts_no_programs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As in containers, whose shared memory is mounted so."""
    monkeypatch.delenv("TMPDIR", raising=False)
    monkeypatch.setattr(testing, "_MEMORY", tmp_path)
    monkeypatch.setattr(testing, "_PLENTY", 1)
    monkeypatch.setattr(os, "statvfs", lambda _path: SimpleNamespace(f_flag=os.ST_NOEXEC | os.ST_NOSUID))
    assert _in_memory() == {}
