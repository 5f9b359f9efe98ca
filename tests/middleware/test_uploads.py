"""Nothing that was uploaded runs on our host, whatever it calls itself and how it is asked for."""

from __future__ import annotations

import io
from pathlib import Path

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.tests import factories
from site_pages import uploaded

pytestmark = pytest.mark.usefixtures("catalogue")

HTML = b"<!DOCTYPE html><html><body><script src='/x.js'></script></body></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
XML = b'<?xml version="1.0"?><x:html xmlns:x="http://www.w3.org/1999/xhtml"><x:script>1</x:script></x:html>'
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000000020001e221bc330000000049454e44ae426082"
)
# name, content, type that is asked for, type that is sent
FILES = (
    ("a.html", HTML, "text/html", "application/octet-stream"),
    ("a.svg", SVG, "image/svg+xml", "application/octet-stream"),
    ("a.xml", XML, "application/xml", "application/octet-stream"),
    ("a.xhtml", XML, "application/xhtml+xml", "application/octet-stream"),
    ("a.js", b"alert(1)", "text/javascript", "application/octet-stream"),
    ("a.css", b"*{}", "text/css", "application/octet-stream"),
    ("a.csv", HTML, "text/html; charset=utf-7", "application/octet-stream"),
    ("a.csv", b"a\n1\n", "text/csv", "text/csv"),
    ("a.pdf", b"%PDF-1.4", "application/pdf", "application/pdf"),
    ("ä ö.csv", b"a\n1\n", "", "text/csv"),
)


def faults(answer, kind, *, is_picture=False):
    """Return what would let a file run."""
    headers = answer.headers
    disposition = headers.get("Content-Disposition", "")
    if answer.status_code != 200:
        yield f"code {answer.status_code}"
    if not is_picture and not disposition.startswith("attachment"):
        yield f"disposition {disposition}"
    if answer.mimetype != kind:
        yield f"type {answer.content_type}"
    if (
        headers.get("X-Content-Type-Options") != "nosniff"
        or "sandbox" not in headers["Content-Security-Policy"]
    ):
        yield f"headers {headers}"


@pytest.fixture
def token(personas):
    return {"Authorization": factories.APIToken(user=personas["sysadmin"])["token"]}


def test_files_of_resources(app, personas, token):
    """By API and by page, with and without a name in the address, in a part, asked for again."""
    dataset = factories.Dataset(owner_org=model.Group.get("citeq").id, private=False)
    for name, content, kind, sent in FILES:
        data = {"package_id": dataset["id"], "upload": (io.BytesIO(content), name), "name": name}
        data |= {"mimetype": kind} if kind else {}
        made = app.post("/api/action/resource_create", data=data, headers=token)
        resource = made.json["result"]
        address = f"/dataset/{dataset['id']}/resource/{resource['id']}/download"
        for path in (resource["url"], address, f"{address}/anders.html"):
            assert list(faults(app.get(path), sent)) == [], (name, path)
        again = app.get(address, headers={"If-None-Match": app.get(address).headers.get("ETag", "*")})
        assert "sandbox" in again.headers["Content-Security-Policy"]
    page = {
        "id": "",
        "url_type": "upload",
        "upload": (io.BytesIO(HTML), "seite.html"),
        "name": "Seite",
        "save": "go-metadata",
    }
    app.post(f"/dataset/{dataset['name']}/resource/new", data=page, headers=token, status=None)
    stored = tk.get_action("package_show")({"user": personas["sysadmin"]}, {"id": dataset["id"]})["resources"]
    assert stored[-1]["name"] == "Seite"
    answer = app.get(stored[-1]["url"])
    assert list(faults(answer, "application/octet-stream")) == []
    assert "seite.html" in answer.headers["Content-Disposition"]


def test_pictures_of_organisations_and_people(app, personas, token):
    """A picture stays one; what is none is refused, whatever its name."""
    for action, name in (("organization_patch", "citeq"), ("user_patch", "editor")):
        for file, content in (
            ("a.png", HTML),
            ("a.svg", SVG),
            ("a.html", HTML),
            ("a.png", SVG),
            ("a.xml", XML),
        ):
            data = {"id": name, "image_upload": (io.BytesIO(content), file)}
            app.post(f"/api/action/{action}", data=data, headers=token, status=409)
        data = {"id": name, "image_upload": (io.BytesIO(PNG), "bild.html")}
        made = app.post(f"/api/action/{action}", data=data, headers=token, status=200).json["result"]
        answer = app.get(made["image_display_url"])
        assert list(faults(answer, "image/png", is_picture=True)) == []
    page = {"name": "citeq", "title": "citeq", "image_upload": (io.BytesIO(SVG), "a.svg")}
    app.post("/organization/edit/citeq", data=page, headers=token, status=None)
    shown = tk.get_action("organization_show")({"ignore_auth": True}, {"id": "citeq"})
    assert shown["image_url"].endswith(".png")


def test_files_of_the_store(app, personas):
    """CKAN's own files, by id and by a link that needs no account."""
    context = {"user": personas["sysadmin"]}
    for name, content, sent in (
        ("a.html", HTML, "application/octet-stream"),
        ("b.csv", b"a\n1\n", "text/plain"),
    ):
        made = tk.get_action("file_create")(context, {"name": name, "upload": uploaded(content, name)})
        token = {"Authorization": factories.APIToken(user=personas["sysadmin"])["token"]}
        answer = app.get(f"/file/download/{made['id']}", headers=token)
        assert list(faults(answer, sent)) in ([], [f"type {answer.content_type}"]), name
        assert answer.mimetype in {sent, "text/csv"}


def test_files_in_the_folder_of_uploads(app, ckan_config, tmp_path):
    """What CKAN serves from its storage is no part of the pages; what is stays as it was."""
    folder = tmp_path / "storage" / "uploads" / "admin"
    folder.mkdir(parents=True)
    for name, content in (("a.html", HTML), ("a.svg", SVG), ("a.js", b"1"), ("logo.png", PNG)):
        (folder / name).write_bytes(content)
    ckan_config["ckan.storage_path"] = str(tmp_path)
    folders = app.flask_app.static_folder
    app.flask_app.static_folder = [*folders, str(Path(tmp_path, "storage"))]
    try:
        for name in ("a.html", "a.svg", "a.js"):
            assert list(faults(app.get(f"/uploads/admin/{name}"), "application/octet-stream")) == []
        assert list(faults(app.get("/uploads/admin/logo.png"), "image/png", is_picture=True)) == []
        shipped = app.get("/base/images/ckan-logo.svg", status=None)
        shipped = shipped if shipped.status_code == 200 else app.get("/base/images/ckan.ico")
        assert "sandbox" not in shipped.headers["Content-Security-Policy"]
    finally:
        app.flask_app.static_folder = folders


def test_what_a_source_delivered(app, token, make_sources, personas):
    """A record of a source is shown as its source gave it: it may be any XML."""
    from ckanext.harvest.model import HarvestJob, HarvestObject

    make_sources(3, model.Group.get("citeq").id)
    job = model.Session.query(HarvestJob).first()
    record = HarvestObject(guid="1", job=job, source=job.source, content=XML.decode())
    model.Session.add(record)
    model.repo.commit()
    answer = app.get(f"/harvest/object/{record.id}", headers=token)
    assert list(faults(answer, "application/octet-stream")) == []
