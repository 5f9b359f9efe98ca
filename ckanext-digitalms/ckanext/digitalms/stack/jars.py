"""Solr's jars: every one of the lock file, checked against its hash, several at a time."""

from __future__ import annotations

import fcntl
import hashlib
import os
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import requests
import tenacity
from jgo.maven import MavenContext, Resolver

from .errors import StackError

__all__ = ["Jar", "fetch_jars", "jar_folder", "read_lock"]

_PARALLEL = 8  # 1 at a time took six times as long, 16 twice as long
_TIMEOUT = 60
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Jar:
    """One line of the lock file: `group:name:version[:classifier] sha256`."""

    coordinate: str
    sha256: str


def read_lock(text: str | None = None) -> list[Jar]:
    """Read a lock file's text; by default the package's own."""
    if text is None:
        text = resources.files(__package__).joinpath("solr-jars.lock").read_text(encoding="utf-8")
    lines = (line.split() for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return [Jar(coordinate, sha256) for coordinate, sha256 in lines]


def jar_folder(home: Path) -> Path:
    """Choose where jars are kept: beside the packages, where several homes share them, else in the home."""
    shared = Path(sys.prefix) / "share" / "digitalms"
    try:
        shared.mkdir(parents=True, exist_ok=True)
    except OSError:
        return home / "jars"
    return shared / "jars" if os.access(shared, os.W_OK) else home / "jars"


class _Pooled(Resolver):  # type: ignore[misc]
    """Download over one connection per thread; jgo's own opens one per request and may leave half a file."""

    def __init__(self) -> None:
        super().__init__()
        self._local = threading.local()

    def _unsupported(self, *_args: Any, **_options: Any) -> Any:
        raise NotImplementedError("only single artifacts of the lock file are fetched")

    dependencies = get_dependency_list = get_dependency_tree = resolve = _unsupported

    def _session(self) -> requests.Session:
        if not hasattr(self._local, "session"):
            self._local.session = requests.Session()
        session: requests.Session = self._local.session
        return session

    def download(self, artifact: Any) -> Path | None:
        """Fetch one artifact from the first repository that has it."""
        for base in artifact.context.remote_repos.values():
            url = f"{base}/{artifact.component.path_prefix.as_posix()}/{artifact.filename}"
            if self._fetch(url, artifact.cached_path):
                return Path(artifact.cached_path)
        return None

    @tenacity.retry(
        retry=tenacity.retry_if_exception_type(requests.RequestException),
        stop=tenacity.stop_after_attempt(4),
        wait=tenacity.wait_exponential(multiplier=0.5),
        reraise=True,
    )
    def _fetch(self, url: str, target: Path) -> bool:
        """Fetch to a file beside the target, resuming an earlier try, then put it in place as a whole."""
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f"{target.name}.part")
        have = part.stat().st_size if part.exists() else 0
        headers = {"Range": f"bytes={have}-"} if have else {}
        with self._session().get(url, headers=headers, timeout=_TIMEOUT, stream=True) as response:
            if response.status_code == requests.codes.not_found:
                return False
            if response.status_code == requests.codes.requested_range_not_satisfiable:
                part.unlink()  # it was whole, or is rubbish: fetch it anew
                raise requests.ConnectionError(f"{url}: the part that was kept does not fit")
            response.raise_for_status()
            mode = "ab" if response.status_code == requests.codes.partial_content else "wb"
            with part.open(mode) as file:
                for chunk in response.iter_content(_CHUNK):
                    file.write(chunk)
        part.replace(target)
        return True


def fetch_jars(
    folder: Path,
    jars: list[Jar] | None = None,
    *,
    remote: str | None = None,
    progress: Callable[[Path], None] = lambda _path: None,
) -> list[Path]:
    """Bring every jar into the folder and return their paths in the lock file's order.

    Args:
        folder: A repository in Maven's layout; what is there and has the right hash is kept.
        jars: What to fetch; by default the package's lock file.
        remote: Address of a Maven repository; by default the one that jgo knows.
        progress: Called with each jar that is in place.

    Raises:
        StackError: A jar is missing, has another hash, or the network failed.
    """
    remotes = {"central": remote} if remote else None
    context = MavenContext(repo_cache=folder, resolver=_Pooled(), timeout=_TIMEOUT, remote_repos=remotes)

    def one(jar: Jar) -> Path:
        path = _checked(context, jar)
        progress(path)
        return path

    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("a") as lock, ThreadPoolExecutor(_PARALLEL) as pool:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two homes of one installation may start at the same time
        return list(_results(pool.map(one, read_lock() if jars is None else jars)))


def _results(paths: Iterator[Path]) -> Iterator[Path]:
    try:
        yield from paths
    except requests.RequestException as error:
        raise StackError(
            f"Solr's libraries could not be fetched: {error}. What is there already is kept; "
            "check the network (and HTTPS_PROXY) and start again."
        ) from error


def _checked(context: MavenContext, jar: Jar) -> Path:
    group, name, version, *classifier = jar.coordinate.split(":")
    artifact = context.project(group, name).at_version(version).artifact(*classifier)
    found = ""
    for _again in range(2):  # a damaged file heals itself once
        try:
            path = Path(artifact.resolve())
        except RuntimeError as error:
            raise StackError(f"{jar.coordinate} is not in the Maven repository: {error}.") from error
        found = _sha256(path)
        if found == jar.sha256:
            return path
        path.unlink()
    raise StackError(
        f"{jar.coordinate} is not the file that was tested: its sha256 is {found}, "
        f"the lock file says {jar.sha256}. Nothing of it is used. Check the network's proxy, or report this."
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
