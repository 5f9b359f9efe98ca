"""Which variables of the caller's shell reach stack and tests: none that lead their programs elsewhere."""

from __future__ import annotations

import os
from collections.abc import Mapping, MutableMapping

# of another CKAN; of libpq, which takes from them what an address does not say
_FOREIGN = ("CKAN_", "PG")
# options of Java that contradict Solr's, other modules than the environment's, and colours and widths that
# would stand in what programs say to each other
_UNWANTED = frozenset({
    "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "PYTHONPATH", "PYTHONHOME",
    "PYTHONDONTWRITEBYTECODE", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "COLUMNS", "LINES",
})  # fmt: skip
_LOOPBACK = "127.0.0.1,localhost"


def kept(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that a process of ours may have; the loopback never goes through a proxy."""
    ours = {name: value for name, value in environ.items() if not _is_foreign(name)}
    direct = environ.get("no_proxy") or environ.get("NO_PROXY")
    told = f"{direct},{_LOOPBACK}" if direct else _LOOPBACK
    return ours | {"NO_PROXY": told, "no_proxy": told}


def forget(environ: MutableMapping[str, str] = os.environ) -> None:
    """Take what leads libpq elsewhere out of the environment of this process."""
    for name in [name for name in environ if name.startswith("PG")]:
        del environ[name]


def _is_foreign(name: str) -> bool:
    return name.startswith(_FOREIGN) or name in _UNWANTED
