"""Whom the stack runs as: never root. Started by root, it becomes an account of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from .errors import StackError
from .home import Home
from .libmagic import ensure_libmagic

__all__ = ["become", "hand_over", "own_account", "words_before"]

NAME = "digitalms"
SUBSTITUTE = "nobody"
_BECAME = "DIGITALMS_ACCOUNT"
# one of these makes a system account, without a home and a shell
_MAKERS = (
    ("useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"),
    ("adduser", "--system", "--group", "--no-create-home", "--home", "/nonexistent"),
)
_SHELL = ("--shell", "/usr/sbin/nologin")


def own_account() -> pwd.struct_passwd:
    """Return the account of the stack: made if it can be, else another one that owns nothing."""
    for make in (False, True):
        if make:
            _make()
        try:
            return pwd.getpwnam(NAME)
        except KeyError:
            continue
    try:
        return pwd.getpwnam(SUBSTITUTE)
    except KeyError:
        raise StackError(
            f"Nothing here runs as root, and there is neither an account '{NAME}' nor '{SUBSTITUTE}': make "
            f"one (useradd --system {NAME}), or start as an ordinary user."
        ) from None


def _make() -> None:
    for words in _MAKERS:
        if shutil.which(words[0]):
            done = subprocess.run([*words, *_SHELL, NAME], capture_output=True, check=False)
            if done.returncode == 0:
                return


def words_before(paths: list[Path]) -> tuple[str, ...]:
    """Return the words before a command that make root the account.

    Where folders are closed to others (a clone below /root or in a temporary folder), it keeps the one
    capability that lets it pass.

    Raises:
        StackError: the account cannot reach what it needs.
    """
    if not shutil.which("setpriv"):
        raise StackError(
            "Nothing here runs as root, and setpriv (of util-linux) is missing: start as an ordinary user."
        )
    user = own_account()
    for words in (_plain(user), _passing(user)):
        if all(_reaches(words, path) for path in paths):
            return words
    raise StackError(
        f"Under root this runs as '{user.pw_name}', who cannot reach {' or '.join(map(str, paths))}. "
        "Start as an ordinary user, or let others pass the folders above them (chmod o+x)."
    )


def _plain(user: pwd.struct_passwd) -> tuple[str, ...]:
    return ("setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups")


def _passing(user: pwd.struct_passwd) -> tuple[str, ...]:
    # the last word makes access(2) heed the capability, too
    capability = ("--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--securebits=+no_setuid_fixup")
    return (*_plain(user), *capability)


def _reaches(words: tuple[str, ...], path: Path) -> bool:
    test = [*words, "test", "-r", str(path)]
    return subprocess.run(test, cwd="/", check=False, capture_output=True).returncode == 0


def become(home: Home, *, for_command: bool = False) -> None:
    """Go on as the account, with a home that belongs to it; an ordinary user stays who he is.

    Args:
        home: that of the stack; it is made if it is not there.
        for_command: a command of the person at the terminal, which may read the files that root names.
    """
    if os.geteuid() != 0 or os.environ.get(_BECAME):
        return
    ensure_libmagic()  # which may write into the environment
    user = own_account()
    home.create()
    for path in _owned(home):
        _hand_over(path, user)
    needed = [home.root, Path(sys.executable).resolve(), Path(__file__)]
    words = _passing(user) if for_command else words_before(needed)
    environment = {**os.environ, _BECAME: user.pw_name, "HOME": str(home.root), "USER": user.pw_name}
    if words == _passing(user) and not for_command:
        closed = [str(path) for path in needed if not _reaches(_plain(user), path)]
        print(  # noqa: T201 - for the person at the terminal, before anything else
            f"Running as '{user.pw_name}', with the right to pass closed folders: one above "
            f"{' and '.join(closed)} is. Where others may pass it (chmod o+x), it needs no such right.",
            file=sys.stderr,
        )
    command = [*words, sys.executable, "-P", *sys.argv]
    os.execvpe(command[0], command, environment)  # noqa: S606 - no shell is wanted


def hand_over(folder: Path) -> None:
    """Hand a folder and all in it to the account."""
    user = own_account()
    for path in _all_in(folder):
        _hand_over(path, user)


def _hand_over(path: Path, user: pwd.struct_passwd) -> None:
    """Hand a file to the account, closed to everybody else."""
    found = path.lstat()
    if found.st_uid != user.pw_uid:
        os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)
    if not stat.S_ISLNK(found.st_mode) and found.st_mode & 0o077:
        path.chmod(stat.S_IMODE(found.st_mode) & 0o700)


def _owned(home: Home) -> Iterator[Path]:
    """Return what belongs to a home, and the jars that homes share; nothing else in its folder."""
    names = ("run", "log", "postgres", ".postgres.new", "valkey", "solr", "storage", "jars")
    files = ("ckan.ini", "stack.ini", "accounts.txt", "state.json", "state.copy.json", "reserve")
    shared = Path(sys.prefix) / "share" / "digitalms"
    shared.mkdir(parents=True, exist_ok=True)
    yield home.root
    yield shared
    yield from (home.root / name for name in files if (home.root / name).exists())
    for folder in [*(home.root / name for name in names), shared / "jars"]:
        if folder.is_dir() and not folder.is_symlink():
            yield from _all_in(folder)


def _all_in(folder: Path) -> Iterator[Path]:
    yield folder
    for place, folders, within in os.walk(folder):
        yield from (Path(place) / name for name in (*folders, *within))
