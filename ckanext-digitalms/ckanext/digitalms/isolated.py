"""Work on what somebody brought, or that takes much, in a process of its own: limited, without secrets.

A job is a function from bytes to bytes. Its process has a limit of memory, processor time and open files,
an environment in which nothing of ours stands, and ends with it; whatever happens in it, the server stays.
"""

from __future__ import annotations

import importlib
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

import msgspec

from .messages import N_, Message

REFUSED = 3
OUT_OF_MEMORY = 4
_FILES = 64
# what reaches the other process of ours: where programs and the languages of texts are
_KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR")
# else typst has a thread for each processor, and each thread takes address space: limits would mean little
_BOUNDED = {"RAYON_NUM_THREADS": "2", "MALLOC_ARENA_MAX": "2"}


# how many times longer than a person would wait
_PATIENCE = 10
_times: ContextVar[int] = ContextVar("digitalms_isolated_times", default=1)


@contextmanager
def patiently() -> Iterator[None]:
    """Give work as long as what nobody waits for may take."""
    token = _times.set(_PATIENCE)
    try:
        yield
    finally:
        _times.reset(token)


class IsolatedError(Exception):
    """What a job could not do, as a sentence.

    Args:
        message: what was wrong, where, and what to do.
    """

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class RefusedError(IsolatedError):
    """The job itself refuses what it was given."""


class TooMuchError(IsolatedError):
    """The job reached a limit of time or memory."""


class BrokenError(IsolatedError):
    """The job ended in a way that nobody foresaw."""


def run(job: str, sent: bytes, *, seconds: int, memory_mb: int) -> bytes:
    """Return what a job makes of what it is sent.

    Args:
        job: ``module:function``, the function from bytes to bytes.
        seconds: how long it may take, by the clock and of the processor; more below :func:`patiently`.
        memory_mb: address space that it may have, in MB.

    Raises:
        RefusedError: the job refused.
        TooMuchError: it reached a limit.
        BrokenError: anything else; what the process said is its cause.
    """
    seconds *= _times.get()
    command = [_python(), "-P", "-m", "ckanext.digitalms.isolated", job, str(seconds), str(memory_mb)]
    environment = {**_BOUNDED, **{name: os.environ[name] for name in _KEPT if name in os.environ}}
    try:
        done = subprocess.run(
            command, input=sent, capture_output=True, timeout=seconds + 5, env=environment, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise TooMuchError(_too_long(seconds)) from error
    if done.returncode == 0:
        return done.stdout
    raise _failure(done, seconds, memory_mb)


def _python() -> str:
    """Return the interpreter; a web server that has Python inside names itself."""
    own = Path(sys.executable)
    return str(own if own.name.startswith("python") else Path(sys.prefix) / "bin" / "python")


def _failure(done: subprocess.CompletedProcess[bytes], seconds: int, memory_mb: int) -> IsolatedError:
    if done.returncode == REFUSED:
        return RefusedError(msgspec.json.decode(done.stderr.splitlines()[-1], type=Message))
    if done.returncode in (-24, -9):  # SIGXCPU, SIGKILL
        return TooMuchError(_too_long(seconds))
    # a library that is not Python's ends by itself where there is no memory left
    if done.returncode in (OUT_OF_MEMORY, -6, -11):
        text = N_("It takes more than {megabytes} MB of memory. Take fewer measures or shorter texts.")
        return TooMuchError(Message(text, {"megabytes": memory_mb}))
    failure = BrokenError(Message(N_("It could not be made; the server's log says why.")))
    failure.add_note(done.stderr.decode("utf-8", "replace")[-4000:])
    return failure


def _too_long(seconds: int) -> Message:
    text = N_("It takes more than {seconds} seconds. Take fewer measures or shorter texts.")
    return Message(text, {"seconds": seconds})


def main(job: str, seconds: str, memory_mb: str) -> int:
    """Be the other process: read what is sent, write what is made."""
    memory = int(memory_mb) << 20
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 1))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_FILES, _FILES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    module, _colon, function = job.partition(":")
    try:
        made = getattr(importlib.import_module(module), function)(sys.stdin.buffer.read())
    except RefusedError as error:
        sys.stderr.buffer.write(b"\n" + msgspec.json.encode(error.message, enc_hook=str))
        return REFUSED
    except MemoryError:
        return OUT_OF_MEMORY
    sys.stdout.buffer.write(made)
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    # the module under its own name, so that what a job refuses with is the class that is caught here
    sys.exit(importlib.import_module("ckanext.digitalms.isolated").main(*sys.argv[1:]))
