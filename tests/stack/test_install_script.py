"""script/install.py refuses in a sentence what cannot work."""

from __future__ import annotations

import os
import runpy
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A copy of what the scripts need, in a folder with a space."""
    clone = tmp_path / "a b"
    shutil.copytree(ROOT / "script", clone / "script", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "setup.py", "constraints.txt"):
        shutil.copy(ROOT / name, clone / name)
    return clone


@pytest.mark.parametrize("version", [(3, 10, 12), (3, 14, 0)])
def test_an_unfit_python_is_refused(
    clone: Path, version: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    script = runpy.run_path(str(clone / "script" / "install.py"))
    monkeypatch.setattr(sys, "version_info", version)
    with pytest.raises(SystemExit) as caught:
        script["main"]("embedded")
    sentence = str(caught.value)
    assert "Python 3.11, 3.12 or 3.13 is needed" in sentence
    assert ".".join(map(str, version)) in sentence
    assert not (clone / ".venv").exists()


def test_a_full_disk_is_refused(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = runpy.run_path(str(clone / "script" / "install.py"))
    usage = shutil.disk_usage(clone)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=5 * 10**6))
    with pytest.raises(SystemExit, match="Only 5 MB are free"):
        script["main"]("embedded")
    assert not (clone / ".venv").exists()


@pytest.mark.parametrize("name", ["server", "test"])
def test_a_missing_python_is_a_sentence(clone: Path, name: str) -> None:
    done = subprocess.run(
        ["sh", str(clone / "script" / name)],
        env={"PATH": "/usr/bin:/bin", "PYTHON": "python-that-is-not-there"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.strip() == "Python 3.11, 3.12 or 3.13 is needed; there is no python-that-is-not-there."


def test_what_is_installed_is_not_installed_again(clone: Path) -> None:
    """The second start needs no network: it only compares a key."""
    script = runpy.run_path(str(clone / "script" / "install.py"))
    (clone / ".venv" / "bin").mkdir(parents=True)
    (clone / ".venv" / "bin" / "python").symlink_to(sys.executable)
    Path(script["key_file"]("embedded")).touch()
    done = subprocess.run(
        [sys.executable, str(clone / "script" / "install.py"), "embedded"],
        env={"PATH": "", "HTTPS_PROXY": "http://127.0.0.1:9"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt", "script/overrides.txt"])
def test_a_changed_input_is_installed_anew(clone: Path, name: str) -> None:
    key_file = runpy.run_path(str(clone / "script" / "install.py"))["key_file"]
    before = key_file("embedded")
    assert key_file("embedded") == before
    assert key_file("test") != before
    with (clone / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert key_file("embedded") != before


def test_an_earlier_version_is_installed_again(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mark says what is installed now, and not what once was."""
    script = runpy.run_path(str(clone / "script" / "install.py"))
    scope, installed = script["main"].__globals__, list[str]()
    for name, work in (("make_environment", None), ("add_uv", None), ("install", installed.append)):
        monkeypatch.setitem(scope, name, work or (lambda: None))
    (clone / ".venv" / "bin").mkdir(parents=True)
    (clone / ".venv" / "bin" / "python").symlink_to(sys.executable)
    former = (clone / "constraints.txt").read_text(encoding="utf-8")
    for text in (former, former, f"{former}\n", former):
        (clone / "constraints.txt").write_text(text, encoding="utf-8")
        script["main"]("embedded,test")
    assert len(installed) == 3


@pytest.mark.parametrize(
    ("arguments", "named", "usable", "expected"),
    [
        ("'--enable-shared'", "", 0, "/usr/bin/python3"),
        ("'--enable-shared'", "", 1, sys.executable),  # of another version, or without a part
        ("'--enable-shared'", "/opt/python3", 0, sys.executable),
        ("'--enable-optimizations' '--enable-shared'", "", 0, sys.executable),
        (None, "", 0, sys.executable),
    ],
)
def test_a_slow_python_gives_way_to_that_of_the_system(
    clone: Path,
    arguments: str | None,
    named: str,
    usable: int,
    expected: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    script = runpy.run_path(str(clone / "script" / "install.py"))
    monkeypatch.setenv("PYTHON", named)
    monkeypatch.setattr(sys, "base_prefix", "/root/.pyenv/versions/3.11.7")
    monkeypatch.setattr(sysconfig, "get_config_var", lambda _name: arguments)
    monkeypatch.setattr(os.path, "exists", lambda _path: True)
    monkeypatch.setattr(subprocess, "call", lambda *_command, **_options: usable)
    assert script["interpreter"]() == expected
