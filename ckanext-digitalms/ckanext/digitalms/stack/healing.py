"""What does not come back by itself after a full disk, and the space that is kept for one.

Lucene closes its index at the first failed write. Reading goes on, every write fails, also when there is
space again, and reloading the core fails, too.
"""

from __future__ import annotations

import logging
import shutil

import requests

from . import postgres, solr
from .home import Home, State
from .reserve import SIZE, keep_reserve
from .supervisor import Supervisor

__all__ = ["heal", "heal_search"]

log = logging.getLogger("ckanext.digitalms.schedule")

_CLOSED = "IndexWriter is closed"
_SPACE = 2 * SIZE  # with less Solr would fail at once again; the reserve given up is not enough
_TIMEOUT = 10


def heal(home: Home) -> None:
    """Look after disk and search, often: all is to be back within seconds."""
    keep_reserve(home)
    postgres.let_vacuum(home, may=home.reserve.exists())
    heal_search(home)


def heal_search(home: Home) -> bool:
    """Start Solr anew when its index is closed and there is space again; say whether."""
    state = home.load()
    if shutil.disk_usage(home.root).free < _SPACE or not _is_closed(state):
        return False
    log.warning("Solr's index is closed since the disk was full: Solr is started anew")
    Supervisor(home, state).restart("services", "solr")
    return True


def _is_closed(state: State) -> bool:
    with requests.Session() as session:
        session.trust_env = False  # the loopback never goes through a proxy
        session.auth = (solr.USER, state.passwords["solr"])
        try:
            answer = session.get(f"{solr.url(state)}/update", params={"commit": "true"}, timeout=_TIMEOUT)
        except requests.RequestException:
            return False
        return answer.status_code >= 500 and _CLOSED in answer.text
