"""A process is killed (kill -9) while it freezes a report: nothing of it is there, or all of it."""

from __future__ import annotations

import hashlib
import os
import signal
from base64 import b64decode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.cli.cli import ckan

from ckanext.digitalms.publishing import folders
from ckanext.digitalms.services.operation import consistency
from ckanext.digitalms.services.reporting import files, freezing

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue", "demo")

Act = Callable[..., Any]
FORMATS = ("html", "json", "zip")


@pytest.fixture
def folder(ckan_config: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setitem(ckan_config, "ckanext.digitalms.report_path", str(tmp_path / "reports"))
    # a kill while a program of another process draws is one before the files are written
    monkeypatch.setattr(files, "FORMATS", {name: files.FORMATS[name] for name in FORMATS})
    return tmp_path / "reports"


@pytest.fixture
def act(personas: dict[str, str], folder: Path) -> Act:
    def call(action: str, persona: str = "coordinator", **told: Any) -> Any:
        return tk.get_action(f"digitalms_report_{action}")({"user": personas[persona]}, told)

    call("create", title="Bericht", as_of="2019-03-14")
    return call


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def killed_while_freezing(
    patch: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Freeze in a process of its own, with a function in it that kills it."""
    model.Session.remove()
    child = os.fork()
    if not child:
        try:
            model.meta.engine.dispose(close=False)
            patch(monkeypatch)
            freezing.freeze("bericht", None, None)
        finally:
            os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL


def before(owner: Any, name: str) -> Callable[[pytest.MonkeyPatch], None]:
    return lambda patch: patch.setattr(owner, name, lambda *_: kill())


def after(owner: Any, name: str) -> Callable[[pytest.MonkeyPatch], None]:
    original = getattr(owner, name)

    def step(*told: Any) -> None:
        original(*told)
        kill()

    return lambda patch: patch.setattr(owner, name, step)


def amid_the_files(patch: pytest.MonkeyPatch) -> None:
    original = folders.write_files

    def some(parts: Iterator[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
        yield next(parts)
        kill()

    patch.setattr(folders, "write_files", lambda place, parts: original(place, some(iter(parts))))


NOTHING = {
    "before the files": before(folders, "write_files"),
    "amid the files": amid_the_files,
    "after the files": after(folders, "write_files"),
    "before the commit": before(model.repo, "commit"),
}


@pytest.mark.parametrize("point", NOTHING)
def test_nothing(act: Act, cli: Any, folder: Path, monkeypatch: pytest.MonkeyPatch, point: str) -> None:
    """Before the commit nothing is frozen; what lies there is told and swept at the next start."""
    killed_while_freezing(NOTHING[point], monkeypatch)
    assert act("show", id="bericht")["state"] == "draft"
    assert act("list", "anonymous")["count"] == 0
    (left,) = folder.iterdir()
    assert [one for one in map(str, consistency.problems()) if left.name in one]
    # what the services do when they start
    assert cli.invoke(ckan, ["digitalms", "publish", "--only-recover"]).exit_code == 0
    assert list(folder.iterdir()) == []
    assert list(freezing.problems()) == []
    assert act("freeze", id="bericht")["state"] == "frozen"


def test_next_freezing_sweeps(act: Act, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    killed_while_freezing(after(folders, "write_files"), monkeypatch)
    (left,) = folder.iterdir()
    assert act("freeze", id="bericht")["state"] == "frozen"
    assert left not in list(folder.iterdir())
    assert len(list(folder.iterdir())) == 1


def test_all(act: Act, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the commit all of it is there, whoever was told."""
    killed_while_freezing(after(model.repo, "commit"), monkeypatch)
    told = act("show", "anonymous", id="bericht")
    assert told["state"] == "frozen"
    for file in told["versions"][0]["files"]:
        content = b64decode(act("file", "anonymous", id="bericht", format=file["ending"])["content"])
        assert hashlib.sha256(content).hexdigest() == file["sha256"]
    assert freezing.sweep() == 0
    assert list(freezing.problems()) == []


@pytest.mark.parametrize("damage", ["gone", "another"])
def test_damage_is_told(act: Act, folder: Path, damage: str) -> None:
    """`ckan digitalms check` names a file that is not what was frozen."""
    act("freeze", id="bericht")
    (place,) = folder.iterdir()
    if damage == "gone":
        (place / "html").unlink()
    else:
        (place / "html").write_bytes(b"<p>anders</p>")
    assert [one.values["ending"] for one in freezing.problems()] == ["html"]
