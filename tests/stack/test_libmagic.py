"""`import magic` works on a machine without libmagic, in every later interpreter of the environment."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest

from ckanext.digitalms.stack import libmagic

WITHOUT = """
import ctypes
real = ctypes.CDLL
def without(name, *words, **options):
    if name == "libmagic.so.1":
        raise OSError(name)
    return real(name, *words, **options)
ctypes.CDLL = without
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The packages' folder of an environment that has pylibmagic, on a machine that has no libmagic."""
    packages = sysconfig.get_path("purelib")
    (tmp_path / "pylibmagic").symlink_to(Path(packages) / "pylibmagic")
    monkeypatch.setattr(sysconfig, "get_path", lambda _name: str(tmp_path))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, libmagic._NAME, raising=False)
    monkeypatch.setenv("MAGIC", "")  # so that what the loader sets is taken back
    monkeypatch.delenv("MAGIC")
    real = ctypes.CDLL

    def without(name: str, *words: Any, **options: Any) -> Any:
        if name == "libmagic.so.1":
            raise OSError(name)
        return real(name, *words, **options)

    monkeypatch.setattr(ctypes, "CDLL", without)
    return tmp_path


def test_the_loader_is_installed_and_finds_the_wheels_library(site: Path) -> None:
    libmagic.ensure_libmagic()
    assert Path(os.environ["MAGIC"]).exists()
    assert (site / "_digitalms_libmagic.pth").read_text(encoding="utf-8") == "import _digitalms_libmagic\n"


def test_a_new_interpreter_loads_it(site: Path) -> None:
    libmagic.ensure_libmagic()
    environment = {name: value for name, value in os.environ.items() if name != "MAGIC"}
    code = f"{WITHOUT}\nimport site, os, sys; site.addsitedir(sys.argv[1]); print(os.environ['MAGIC'])"
    done = subprocess.run(
        [sys.executable, "-c", code, str(site)], env=environment, capture_output=True, text=True, check=True
    )
    assert Path(done.stdout.strip()).name == "magic.mgc"
