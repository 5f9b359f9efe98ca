"""The most memory that this process held while it did something, by what the kernel counts."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

_RESET_PEAK = "5"


def peak_memory(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """Return the megabytes before, the most of them meanwhile, and what came of it."""
    Path("/proc/self/clear_refs").write_text(_RESET_PEAK)
    before = _megabytes("VmRSS")
    done = work()
    return before, _megabytes("VmHWM"), done


def _megabytes(name: str) -> float:
    found = re.search(rf"^{name}:\s+(\d+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE)
    assert found
    return int(found[1]) / 1e3
