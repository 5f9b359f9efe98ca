"""supervisord as we run it: no full disk and no long outage ends it.

`python -m ckanext.digitalms.stack.supervising -n -c FILE`. Its own log and those of its programs are lost
while they cannot be written, instead of taking supervisord down; a program that dies again and again is tried
again after a few seconds, however long that has gone on.
"""

from __future__ import annotations

import contextlib
import io
import sys
import time
from typing import Any

from supervisor import loggers, supervisord
from supervisor.options import ProcessConfig
from supervisor.process import Subprocess
from supervisor.states import ProcessStates

__all__ = ["ForgivingHandler", "PatientProcess", "main"]

LONGEST_WAIT = 10  # seconds between two tries; supervisord would wait a second longer after each


class ForgivingHandler(loggers.RotatingFileHandler):  # type: ignore[misc, unused-ignore]
    """A log that turns over and loses what cannot be written."""

    def emit(self, record: Any) -> None:
        """Write a record, if it can be written."""
        with contextlib.suppress(OSError):
            if getattr(self, "stream").closed:  # noqa: B009 - it has no type; the last turn found no space for a new file
                self.stream = open(self.baseFilename, "ab")  # noqa: SIM115, PTH123 - kept open
            super().emit(record)

    def handleError(self) -> None:  # noqa: N802 - supervisor's name
        """Say nothing: the place to say it is full, too."""

    def close(self) -> None:
        """Close, also when the rest cannot be written."""
        with contextlib.suppress(OSError):
            super().close()


class PatientProcess(Subprocess):  # type: ignore[misc, unused-ignore]
    """A program that is tried again within seconds, for ever."""

    def change_state(self, new_state: int, expected: bool = True) -> Any:
        """Change the state; after a failure wait no longer than the longest wait."""
        changed = super().change_state(new_state, expected)
        if new_state == ProcessStates.BACKOFF:
            self.delay: float = min(time.time() + self.backoff, time.time() + LONGEST_WAIT)
        return changed


def _make_process(config: Any, group: Any = None) -> PatientProcess:
    process = PatientProcess(config)
    process.group = group
    return process


class _Forgiving(io.TextIOWrapper):
    """A standard stream to a file on a disk that may be full."""

    def write(self, text: str) -> int:
        with contextlib.suppress(OSError):
            return super().write(text)
        return len(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError):
            super().flush()


def main() -> None:
    """Run supervisord with supervisord's own arguments."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        setattr(sys, name, _Forgiving(stream.buffer, encoding="utf-8", write_through=True))
    loggers.RotatingFileHandler = ForgivingHandler
    ProcessConfig.make_process = _make_process
    supervisord.main()


if __name__ == "__main__":
    main()
