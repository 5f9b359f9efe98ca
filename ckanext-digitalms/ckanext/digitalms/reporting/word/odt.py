"""The Word document as ODT, where LibreOffice is installed: it knows best what both of them mean."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

from ckanext.digitalms import isolated
from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.reporting.report import Report

from . import finish, render

_PROGRAM = "soffice"
_SECONDS = 120
_MIMETYPE = "mimetype"


def is_there() -> bool:
    """Return whether LibreOffice is here."""
    return shutil.which(_PROGRAM) is not None


def of_report(report: Report, own: bytes | None = None) -> bytes:
    """Return the report as ODT; raises as :func:`render.render` does."""
    return of_docx(render.render(report, own))


def of_docx(content: bytes) -> bytes:
    """Return a Word document as ODT.

    Raises:
        isolated.IsolatedError: LibreOffice made none, or took too long.
    """
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "report.docx").write_bytes(content)
        command = [_PROGRAM, "--headless", f"-env:UserInstallation={(place / 'profile').as_uri()}"]
        command += ["--convert-to", "odt", "--outdir", folder, str(place / "report.docx")]
        environment = {"PATH": os.environ.get("PATH", ""), "HOME": folder, "LC_ALL": "C.UTF-8"}
        try:
            done = subprocess.run(
                command, capture_output=True, timeout=_SECONDS, env=environment, cwd=folder, check=False
            )
        except subprocess.TimeoutExpired as error:
            text = N_("LibreOffice takes more than {seconds} seconds.")
            raise isolated.TooMuchError(Message(text, {"seconds": _SECONDS})) from error
        made = place / "report.odt"
        if not made.exists():
            failure = isolated.BrokenError(
                Message(N_("LibreOffice made no file; the server's log says why."))
            )
            failure.add_note((done.stdout + done.stderr).decode("utf-8", "replace")[-4000:])
            raise failure
        return _packed(made)


def _packed(path: Path) -> bytes:
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist() if not name.endswith("/")}
    return finish.packed(parts, first=_MIMETYPE)
