"""One supervised process, in words that no supervisor owns."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Program", "ckan_command"]


@dataclass(frozen=True)
class Program:
    """What to run, where, and how to end it."""

    name: str
    group: str
    command: tuple[str, ...]
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    stop_signal: str = "TERM"
    stop_seconds: int = 15
    start_seconds: int = 1
    autostart: bool = False


def ckan_command(ini: str, *words: str) -> list[str]:
    """Return the command line of CKAN's script and its interpreter (a moved clone breaks its first line)."""
    return [sys.executable, str(Path(sys.executable).with_name("ckan")), "-c", ini, *words]
