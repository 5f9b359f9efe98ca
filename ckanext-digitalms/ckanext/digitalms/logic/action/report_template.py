"""The city's own template of the Word documents that reports are given as."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context
from werkzeug.datastructures import FileStorage

from ckanext.digitalms import config
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic import schema
from ckanext.digitalms.messages import translate
from ckanext.digitalms.reporting.word import check, template
from ckanext.digitalms.services.reporting import templates

__all__ = [
    "digitalms_report_template_create",
    "digitalms_report_template_file",
    "digitalms_report_template_list",
    "digitalms_report_template_use",
]


@tk.side_effect_free
def digitalms_report_template_list(context: Context, data_dict: Json) -> Json:
    """List the versions of the city's template of Word documents, the newest first (coordinators).

    Args:
        limit: up to 1000; default 100.
        offset: how many to leave out first.

    Returns:
        ``{count, results, used}``; each result has version, filename, sha256, bytes, uploaded_at and
        leaves_out (names of what it shows nothing of); ``used`` is the version that counts, 0 for the
        template that comes with the program.
    """
    tk.check_access("digitalms_report_template_list", context, data_dict)
    told = schema.asked("digitalms_report_template_list", context, data_dict)
    found = [asdict(each) for each in templates.versions()]
    return {**schema.paged(found, told), "used": templates.in_use()}


def digitalms_report_template_create(context: Context, data_dict: Json) -> Json:
    """Check a template and use it from now on; what is frozen stays as it is (coordinators).

    Args:
        upload: the DOCX.
        filename: how it is called; by default as the upload.
        dry_run: only check it.

    Returns:
        version (null with ``dry_run``), filename, and leaves_out: the names of what it shows nothing of.

    Raises:
        ValidationError: keyed ``upload``: each thing that is dangerous, wrong or missing, in a sentence.
    """
    tk.check_access("digitalms_report_template_create", context, data_dict)
    told = schema.asked("digitalms_report_template_create", context, data_dict)
    filename, content = _uploaded(told)
    found = check.check(content)
    if found.problems:
        raise tk.ValidationError({"upload": [translate(each, tk._) for each in found.problems]})
    version = None
    if not told["dry_run"]:
        version = templates.add(filename, content, found.leaves_out).version
        model.repo.commit()
    return {"version": version, "filename": filename, "leaves_out": list(found.leaves_out)}


def _uploaded(told: Mapping[str, Any]) -> tuple[str, bytes]:
    upload = told.get("upload")
    if not isinstance(upload, FileStorage) or not upload.filename:
        raise tk.ValidationError({"upload": [tk._("No file has come in: choose the template (DOCX).")]})
    name = " ".join(str(told.get("filename") or upload.filename).replace("\0", "").split())[:200]
    return name, upload.read(min(config.max_upload_bytes(), check.MAX_BYTES) + 1)


def digitalms_report_template_use(context: Context, data_dict: Json) -> Json:
    """Use another version of the template, or the one that comes with the program (coordinators).

    Args:
        version: its number; 0 for the template that comes with the program.

    Returns:
        used: the version that counts now.

    Raises:
        ValidationError: keyed ``version``: there is none of that number.
    """
    tk.check_access("digitalms_report_template_use", context, data_dict)
    version = schema.asked("digitalms_report_template_use", context, data_dict)["version"]
    if version != templates.OURS and templates.content(version) is None:
        sentence = tk._("There is no version {found} of the template.")
        raise tk.ValidationError({"version": [sentence.format(found=version)]})
    templates.use(version)
    model.repo.commit()
    return {"used": version}


@tk.side_effect_free
def digitalms_report_template_file(context: Context, data_dict: Json) -> Json:
    """Return the file of a version of the template (coordinators).

    Args:
        version: its number; 0 (default) for the template that comes with the program.

    Returns:
        filename and content (Base64).

    Raises:
        ObjectNotFound: there is none of that number.
    """
    tk.check_access("digitalms_report_template_file", context, data_dict)
    version = schema.asked("digitalms_report_template_file", context, data_dict)["version"]
    content = template.default() if version == templates.OURS else templates.content(version)
    if content is None:
        raise tk.ObjectNotFound(tk._("There is no version {found} of the template.").format(found=version))
    return {"filename": f"berichtsvorlage-{version}.docx", "content": b64encode(content).decode()}
