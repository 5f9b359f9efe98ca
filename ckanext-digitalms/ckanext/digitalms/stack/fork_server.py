"""CKAN, loaded once: `python -m ckanext.digitalms.stack.fork_server` forks its processes for those who ask.

Web server, job worker, consumers, schedule and commands would each take seconds of a processor and 150 MB to
load CKAN. Who asks (`forked.py`) sends its words and its standard streams through a socket in `run`.
The child does what the words say, and ends when whoever asked is gone; it needs this process no more.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
from contextlib import suppress
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.connection import wait
from multiprocessing.context import ForkProcess
from pathlib import Path

from .forked import GROUPS, LONGEST_WORDS, STARTED, address

__all__ = ["main"]

_STREAMS = 3


def main() -> None:
    """Take requests from the beginning on, load CKAN, and fork a process for each."""
    end = _open()
    import_module(".wsgi", __package__)
    children: list[ForkProcess] = []
    while True:
        ready = wait([end, *(child.sentinel for child in children)])
        children = [child for child in children if child.is_alive()]
        if end in ready:
            asking, _ = end.accept()
            child = get_context("fork").Process(target=_become, args=(end, asking))
            child.start()
            children.append(child)
            asking.close()


def _open() -> socket.socket:
    path = address()
    path.unlink(missing_ok=True)
    end = socket.socket(socket.AF_UNIX)
    end.bind(str(path))
    path.chmod(0o600)
    end.listen(64)
    return end


def _become(end: socket.socket, asking: socket.socket) -> None:
    """Be what is asked for, with the streams of whoever asked; say the exit code."""
    end.close()
    # what it forks itself must not keep the connection open when it is gone
    os.register_at_fork(after_in_child=asking.close)
    words = _take_over(asking)
    name = words[1:] if words[0] in GROUPS else words[:1]
    with suppress(OSError):  # other systems name no process
        Path("/proc/self/comm").write_text(" ".join(name)[:15], encoding="utf-8")
    threading.Thread(target=_obey, args=(asking,), daemon=True).start()
    code = 1
    try:
        _do(words)
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(bool(ended.code))
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        with suppress(OSError):
            asking.sendall(bytes([code & 0xFF]))


def _take_over(asking: socket.socket) -> list[str]:
    """Return the words of a request, and take its standard streams."""
    told, streams, _, _ = socket.recv_fds(asking, LONGEST_WORDS, _STREAMS)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    asking.sendall(STARTED)
    words: list[str] = json.loads(told)
    return words


def _obey(asking: socket.socket) -> None:
    """Pass on the signals that whoever asked gets; end when it was killed."""
    while number := asking.recv(1):
        os.kill(os.getpid(), number[0])
    os._exit(1)


def _do(words: list[str]) -> None:
    from ckan.lib.app_globals import app_globals

    from .wsgi import share_nothing

    app_globals._check_uptodate()  # what a sysadmin has set since CKAN was loaded
    share_nothing()  # it may fork, too
    name, *others = words
    if name in GROUPS:
        module, group = GROUPS[name]
        getattr(import_module(module), group).main(others, prog_name=f"ckan {name}")
    else:
        import_module(f".{name}", __package__).main(*others)


if __name__ == "__main__":
    main()
