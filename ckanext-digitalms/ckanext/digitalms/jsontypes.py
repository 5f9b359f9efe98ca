"""One name for any JSON object: what comes in, what is told, what is kept."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
