"""Why the open tables were not published the last time: a file beside the releases, until they are."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ckanext.digitalms import config
from ckanext.digitalms.messages import Message
from ckanext.digitalms.tables.open_tables import MEASURE_TABLES

log = logging.getLogger(__name__)


def keep(problems: Iterable[Message], group: str) -> None:
    """Note why a group of tables was not published."""
    reasons = [str(problem) for problem in problems]
    log.error("The open tables were not published: %s", "; ".join(reasons))
    told = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "problems": reasons}
    with suppress(OSError):  # the disk is full: the log has said it
        _path(group).write_text(json.dumps(told, ensure_ascii=False), "utf-8")


def forget(group: str) -> None:
    """Forget it: the group was published."""
    _path(group).unlink(missing_ok=True)


def last(group: str = MEASURE_TABLES) -> dict[str, Any] | None:
    """Return when and why the last run was refused, or ``None``."""
    try:
        told: dict[str, Any] = json.loads(_path(group).read_text("utf-8"))
    except (FileNotFoundError, ValueError):  # a full disk leaves half a file
        return None
    return told


def _path(group: str) -> Path:
    return config.release_path() / ("refused.json" if group == MEASURE_TABLES else f"{group}-refused.json")
