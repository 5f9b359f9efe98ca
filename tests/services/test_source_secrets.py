"""Harvest sources are for those who keep them; an address holds no secret."""

from __future__ import annotations

import json
from ipaddress import ip_network
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.tests import factories
from ckanext.harvest.model import HarvestJob, HarvestObject, HarvestSource
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from ckanext.digitalms import shared
from ckanext.digitalms.harvesters.addresses import AddressRefusedError, checked
from ckanext.digitalms.harvesters.fetch import FetchLimits, fetch
from ckanext.digitalms.services.access import admission
from ckanext.digitalms.services.sources.health import source_secret
from ckanext.digitalms.sources.address import masked

KEEPERS = {"editor", "coordinator", "sysadmin"}
URL = "https://geheim.example/stand.csv"
SOURCE = {"name": "quelle", "title": "Quelle", "source_type": "digitalms_progress", "owner_org": "citeq"}


def test_addresses_inside_networks():
    """An IPv6 form of a private IPv4 address is as private; so are those that only a translator knows."""
    wrapped = (
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:0:10.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b:1::a00:1",
    )
    others = ("64:ff9b:1:ffff::8.8.8.8", "::8.8.8.8", "::ffff:0:8.8.8.8", "::1", "fe80::1", "2002:7f00:1::1")
    for address in (*wrapped, *others, "fd00::1", "::", "ff02::1", "127.0.0.1", "169.254.169.254", "0.0.0.0"):
        with pytest.raises(AddressRefusedError):
            checked("http://x.example/", [], lambda host, port, found=address: [found])
    for address in ("64:ff9b::8.8.8.8", "::ffff:8.8.8.8", "2606:4700::1111", "8.8.8.8"):
        assert checked("http://x.example/", [], lambda host, port, found=address: [found]).ip


def test_secrets_are_masked():
    """What others read of an address lets nobody in."""
    told = "https://u:p@h/a?token=abc&page=2&api_key=x#f"
    assert masked(told) == "https://***@h/a?token=***&page=2&api_key=***#f"
    assert masked(URL) == URL


def test_a_secret_is_told_to_its_host_only(httpserver: HTTPServer):
    """A redirect to another host gets none."""
    httpserver.expect_request("/a", headers={"Authorization": "Bearer x"}).respond_with_data(
        status=302, headers={"Location": f"http://other.example:{httpserver.port}/b"}
    )
    httpserver.expect_request("/b").respond_with_handler(_told)
    limits = FetchLimits(1000, 5, (ip_network("127.0.0.1/32"),))
    url = f"http://daten.example:{httpserver.port}/a"
    assert fetch(url, limits, lambda host, port: ["127.0.0.1"], "Bearer x").content == b"none"


def _told(request: Request) -> Response:
    return Response(request.headers.get("Authorization", "none"))


@pytest.mark.usefixtures("with_plugins", "catalogue")
class TestSources:
    def test_who_sees_a_source(self, personas, app):
        """Neither API, search nor page tells address and configuration to others."""
        config = json.dumps({"contact": "fachamt@example.org"})
        made = self.create(personas["editor"], url=URL, config=config)
        job = HarvestJob(source=model.Session.get(HarvestSource, made["id"]))
        thing = HarvestObject(guid="a", content="geheim.example", job=job, source=job.source)
        model.Session.add_all([job, thing])
        model.repo.commit()
        paths = (
            "/api/action/package_show?id=quelle",
            "/api/action/harvest_source_show?id=quelle",
            f"/api/action/harvest_source_show?url={URL}",
            "/api/action/package_search?fq=dataset_type:harvest",
            f"/api/action/harvest_object_show?id={thing.id}",
            "/digitalisierung/datenqualitaet/quelle/quelle",
            f"/harvest/object/{thing.id}",
            f"/api/action/harvest_job_list?source_id={made['id']}",
        )
        keys = {p: factories.APIToken(user=name)["token"] for p, name in personas.items() if name}
        for path in (*paths, "/api/action/harvest_source_list", "/api/action/harvest_job_list", "/harvest"):
            for persona in personas:
                headers = {"Authorization": keys[persona]} if persona in keys else {}
                answer = app.get(path, headers=headers, follow_redirects=False)
                assert answer.status_code < 500, (path, persona)
                leaks = "geheim.example" in answer.body.replace(URL, "", 1 if "url=" in path else 0)
                assert persona in KEEPERS or not leaks, (path, persona)
                if path in paths and "job_list" not in path and "url=" not in path:
                    assert leaks is (persona in KEEPERS), (path, persona)

    def test_what_an_address_may_be(self, personas):
        """No secret, no other scheme, no other office's delivery: at creation, update and patch."""
        theirs = shared.delivery_create(
            "progress", "a.csv", b"x", organisation=model.Group.get("opendata").id
        )
        ours = shared.delivery_create("progress", "a.csv", b"x", organisation=model.Group.get("citeq").id)
        model.repo.commit()
        refused = ("https://u:p@h.example/a", "https://u@h.example/a", "https://h.example/a?Access_Token=x")
        for url in (*refused, "file:///etc/passwd", "gopher://h/", "ftp://h/a", f"delivery:{theirs.id}", "x"):
            with pytest.raises(tk.ValidationError) as error:
                self.create(personas["editor"], url=url)
            assert "u:p" not in str(error.value)
        made = self.create(personas["editor"], url=f"delivery:{ours.id}")
        for action in ("harvest_source_update", "harvest_source_patch", "package_update", "package_patch"):
            told = {**SOURCE, "id": made["id"], "url": refused[0]}
            with pytest.raises(tk.ValidationError):
                tk.get_action(action)({"user": personas["editor"]}, told)

    def test_a_kept_secret(self, personas, monkeypatch):
        """The operator keeps it by the source's name."""
        made = self.create(personas["editor"], url=URL)
        assert source_secret(made["id"]) == ""
        monkeypatch.setitem(tk.config, "ckanext.digitalms.harvest.secret.quelle", "leser:geheim")
        assert source_secret(made["id"]) == "Basic bGVzZXI6Z2VoZWlt"
        monkeypatch.setitem(tk.config, "ckanext.digitalms.harvest.secret.quelle", "Bearer abc")
        assert source_secret(made["id"]) == "Bearer abc"

    def test_a_source_of_another_office_is_not_tried(self, personas):
        """Its secret opens the file for those who keep it alone, whatever office one names."""
        made = self.create(personas["editor"], url=URL)
        asked = {"source_type": SOURCE["source_type"], "url": URL, "owner_org": "anderes-amt"}
        for told in (made["id"], SOURCE["name"], "gibt-es-nicht"):
            with pytest.raises(tk.NotAuthorized):
                tk.get_action("digitalms_source_check")(
                    {"user": personas["other_editor"]}, {**asked, "id": told}
                )
        assert tk.check_access("digitalms_source_check", {"user": personas["other_editor"]}, asked)
        own = {**asked, "owner_org": SOURCE["owner_org"], "id": made["id"]}
        assert tk.check_access("digitalms_source_check", {"user": personas["editor"]}, own)

    def test_a_private_parent(self, personas, make_measure, app):
        """Those who see neither it nor keep the measure are not told of it, nor can they search by it."""
        make_measure(name="geheimplan", private=True)
        make_measure(name="kind", parent_id="geheimplan")
        for persona, name in personas.items():
            told = tk.get_action("package_show")({"user": name}, {"id": "kind"})["parent_id"]
            assert (told == "geheimplan") is (persona in KEEPERS), persona
        stored = ("&fl=validated_data_dict", "&fl=data_dict", "&fl=*", "&use_default_schema=true")
        for query in ("", "&facet.field=[%22parent_id%22]", "&fq=parent_id:geheimplan", *stored):
            assert "geheimplan" not in app.get(f"/api/action/package_search?q=kind{query}").body.split(
                '"parent_id:geheimplan"'
            )[0].replace("fq=parent_id:geheimplan", "")

    def test_what_may_be_named_as_a_parent(self, personas, make_measure):
        """Public measures, and those that one edits; those of an office that waits are none of them."""
        office = factories.Organization(name="wartendes-amt")
        member = {"id": office["id"], "username": personas["other_editor"], "role": "member"}
        tk.get_action("organization_member_create")({"ignore_auth": True, "user": ""}, member)
        admission.refuse(office["id"])
        model.repo.commit()
        make_measure(name="offen")
        make_measure(name="geheimplan", private=True)
        make_measure(name="wartet", owner_org=office["id"])
        known = {
            "editor": {"offen", "geheimplan"},
            "other_editor": {"offen"},
            "coordinator": {"offen", "geheimplan", "wartet"},
            "sysadmin": {"offen", "geheimplan", "wartet"},
        }
        for persona, keys in known.items():
            told = tk.get_action("digitalms_measure_parent_list")({"user": personas[persona]}, {})
            assert {one["measure_id"] for one in told["results"]} == keys, persona
        for persona in ("anonymous", "stranger"):
            with pytest.raises(tk.NotAuthorized):
                tk.get_action("digitalms_measure_parent_list")({"user": personas[persona]}, {})

    def create(self, user: str, **told: object) -> dict[str, Any]:
        return tk.get_action("harvest_source_create")({"user": user}, {**SOURCE, **told})
