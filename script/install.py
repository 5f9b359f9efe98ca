"""Make or renew .venv; standard library only, and readable for an old Python, which is refused in a sentence."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
UV = os.path.join(VENV, "bin", "uv")
INTERRUPTED = os.path.join(VENV, ".installing")
MARK = ".installed-"
INPUTS = ("pyproject.toml", "setup.py", "constraints.txt", "script/overrides.txt", "script/install.py")
NEEDED = 1500 * 10**6
SYSTEM = "/usr/bin/python3"
# what this needs of Debian's Python, which comes in parts
USABLE = "import ctypes, sqlite3, ssl, sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 14))"


def refuse(sentence):
    """End with a sentence."""
    sys.exit(sentence)


def check_machine():
    """Refuse what cannot work, before anything is written."""
    if not (3, 11) <= sys.version_info < (3, 14):
        found = ".".join(map(str, sys.version_info[:3]))
        refuse(
            "Python 3.11, 3.12 or 3.13 is needed; {} is Python {}. Set PYTHON=/path/to/python3.".format(
                sys.executable, found
            )
        )
    if not os.access(ROOT, os.W_OK):
        refuse("{} cannot be written by this user: clone it to a folder of your own.".format(ROOT))
    free = shutil.disk_usage(ROOT).free
    if not os.path.exists(PYTHON) and free < NEEDED:
        refuse("Only {} MB are free in {}; {} MB are needed.".format(free // 10**6, ROOT, NEEDED // 10**6))


def is_optimised():
    """Return whether this Python is the system's or was built with optimisations; pyenv's mostly is not."""
    arguments = sysconfig.get_config_var("CONFIG_ARGS")
    return arguments is None or "--enable-optimizations" in arguments or sys.base_prefix == "/usr"


def interpreter():
    """Return the Python that the environment gets: this one, or the system's, which is a sixth quicker.

    One that was built without optimisations gives way to a usable one of the system, unless PYTHON says it.
    """
    if os.environ.get("PYTHON") or is_optimised() or not os.path.exists(SYSTEM):
        return sys.executable
    return sys.executable if subprocess.call([SYSTEM, "-c", USABLE], stderr=subprocess.DEVNULL) else SYSTEM


def key_file(extra):
    """Name the file that says: this is installed, for just these inputs in just this place."""
    digest = hashlib.sha256("\0".join([extra, ROOT, sys.version]).encode())
    for name in INPUTS:
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read())
    return os.path.join(VENV, "{}{}-{}".format(MARK, extra, digest.hexdigest()[:16]))


def run(*command):
    """Run a step; its own words say what went wrong."""
    environment = dict(os.environ, VIRTUAL_ENV=VENV)
    for name in ("PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE", "UV_PROJECT_ENVIRONMENT"):
        environment.pop(name, None)
    cache = environment.get("XDG_CACHE_HOME") or os.path.expanduser("~")
    if "UV_CACHE_DIR" not in environment and not os.access(cache, os.W_OK):
        environment["UV_CACHE_DIR"] = os.path.join(ROOT, ".cache", "uv")  # an account without a home
    if subprocess.call(command, env=environment, cwd=ROOT, stdin=subprocess.DEVNULL):
        refuse(
            "Installing failed at: {}. Its reason stands above; what was fetched is kept, so just start again.".format(
                " ".join(command[:6])
            )
        )


def works():
    """Return whether the environment still starts, and no installation of ours was killed in it."""
    if os.path.exists(INTERRUPTED):
        return False
    return os.path.exists(PYTHON) and not subprocess.call([PYTHON, "-c", "pass"], stderr=subprocess.DEVNULL)


def has(python, module):
    """Return whether an interpreter has a module."""
    return not subprocess.call([python, "-c", "import " + module], stderr=subprocess.DEVNULL)


def make_environment():
    """Make an environment, or keep one that works: it may be somebody's own."""
    if not works():
        run(interpreter(), "-m", "venv", "--clear", "--without-pip", VENV)


def add_uv():
    """Put uv into the environment; Debian's Python may have neither ensurepip nor a pip of its own."""
    if os.path.exists(UV):
        return
    if has(PYTHON, "ensurepip") and not has(PYTHON, "pip"):
        subprocess.call([PYTHON, "-m", "ensurepip", "--default-pip"], stdout=subprocess.DEVNULL)
    if has(PYTHON, "pip"):
        pip = [PYTHON, "-m", "pip"]
    elif has(sys.executable, "pip"):
        pip = [sys.executable, "-m", "pip", "--python", PYTHON]
    else:
        refuse(
            "This Python has neither ensurepip nor pip: install one of them (Debian: apt install python3-venv)."
        )
    run(*pip, "install", "--quiet", "--disable-pip-version-check", "-c", "constraints.txt", "uv")


def forget_former():
    """Take away what says that something else is installed: an earlier version comes back by being installed."""
    for name in os.listdir(VENV):
        if name.startswith(MARK):
            os.remove(os.path.join(VENV, name))


def install(extras):
    """Install this folder, editable, with the tested versions."""
    options = ["--compile-bytecode", "--override", "script/overrides.txt", "-c", "constraints.txt"]
    run(UV, "pip", "install", "--quiet", "--python", PYTHON, *options, "-e", ".[{}]".format(extras))


def main(extras):
    """Install what is not installed yet."""
    check_machine()
    os.makedirs(os.path.join(ROOT, ".cache"), exist_ok=True)
    with open(os.path.join(ROOT, ".cache", "install.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # both scripts may be started at the same time
        wanted = [key_file(extra) for extra in extras.split(",")]
        if all(map(os.path.exists, wanted)) and works():
            return
        print("Installing Python packages (once, some 400 MB) ...", flush=True)
        make_environment()
        open(INTERRUPTED, "w").close()  # stays only if this is killed: then the next start begins anew
        try:
            add_uv()
            forget_former()
            install(extras)
            for path in wanted:
                open(path, "w").close()
        finally:
            os.remove(INTERRUPTED)


if __name__ == "__main__":
    main(sys.argv[1])
