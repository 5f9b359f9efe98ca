"""Pages of other sites read what is public, whatever the answer is; none gets credentials or writes."""

from __future__ import annotations

import pytest

ORIGIN = {"Origin": "https://elsewhere.example"}
ASKING = {"Access-Control-Request-Headers": "if-none-match, content-type, range"}
READS = (
    "/api/action/digitalms_measure_list",
    "/api/3/action/package_search?rows=0",
    "/api/action/digitalms_measure_list?cut_of_date=2019-03-14",
    "/api/action/digitalms_measure_show?id=nothing",
    "/api/action/there_is_no_such_action",
    "/api/3",
    "/digitalisierung/daten/measures.csv",
    "/digitalisierung/daten/gibt-es-nicht.csv",
    "/digitalisierung/daten/measures/x/y/z.csv",
    "/digitalisierung/daten/",
    "/feeds/dataset.atom",
)
WRITES = ("digitalms_statement_create", "package_create", "digitalms_redact")
LISTED = "https://portal.example"


def preflight(app, path, method):
    """Ask as a browser does before it asks."""
    headers = {**ORIGIN, **ASKING, "Access-Control-Request-Method": method}
    return app.options(path, headers=headers, status=None)


@pytest.mark.usefixtures("with_plugins", "catalogue")
class TestOpen:
    def test_every_read_and_every_mistake(self, app):
        """Any origin, no credentials, the headers that scripts need; a preflight that allows it."""
        for path in READS:
            answer = app.get(path, headers=ORIGIN, status=None)
            assert answer.headers["Access-Control-Allow-Origin"] == "*", path
            assert "Access-Control-Allow-Credentials" not in answer.headers
            exposed = answer.headers["Access-Control-Expose-Headers"]
            assert all(name in exposed for name in ("ETag", "Link", "Content-Range")), path
            assert "Origin" in answer.vary, path
            asked = preflight(app, path, "GET")
            assert asked.status_code == 204, path
            assert asked.headers["Access-Control-Allow-Origin"] == "*", path
            allowed = asked.headers["Access-Control-Allow-Headers"]
            assert all(name in allowed for name in ("If-None-Match", "Range", "Content-Type")), path
            assert "Authorization" not in allowed
            assert asked.headers["Access-Control-Max-Age"] == "7200"

    def test_reads_by_post_and_nothing_else(self, app):
        """A reading action may be asked by POST; one that writes is neither allowed nor answered to."""
        path = "/api/action/digitalms_measure_list"
        assert "POST" in preflight(app, path, "POST").headers["Access-Control-Allow-Methods"]
        assert app.post(path, json={}, headers=ORIGIN).headers["Access-Control-Allow-Origin"] == "*"
        wrong = app.post(path, json={"x": 1}, headers=ORIGIN, status=None)
        assert (wrong.status_code, wrong.headers["Access-Control-Allow-Origin"]) == (409, "*")
        for name in WRITES:
            path = f"/api/action/{name}"
            assert "POST" not in preflight(app, path, "POST").headers["Access-Control-Allow-Methods"]
            answer = app.post(path, json={}, headers=ORIGIN, status=None)
            assert "Access-Control-Allow-Origin" not in answer.headers, name

    def test_pages_of_people_stay_among_themselves(self, app):
        """Pages and forms have nothing of it."""
        for path in ("/digitalisierung", "/user/login", "/dataset/"):
            assert "Access-Control-Allow-Origin" not in app.get(path, headers=ORIGIN).headers, path


@pytest.mark.usefixtures("with_plugins", "catalogue")
class TestOwner:
    @pytest.mark.ckan_config("ckan.cors.origin_whitelist", LISTED)
    def test_listed_origins_only(self, app):
        """What an owner lists is let in as CKAN does it, and nobody else."""
        for path in READS[:8]:
            mine = app.get(path, headers={"Origin": LISTED}, status=None)
            assert mine.headers["Access-Control-Allow-Origin"] == LISTED, path
            assert "ETag" in mine.headers["Access-Control-Expose-Headers"]
            assert "Origin" in mine.vary
            assert "Access-Control-Allow-Origin" not in app.get(path, headers=ORIGIN, status=None).headers

    @pytest.mark.ckan_config("ckan.cors.origin_allow_all", "true")
    def test_everybody_as_ckan_says(self, app):
        """Methods and headers that CKAN allows stay beside ours."""
        answer = preflight(app, "/api/action/package_search", "POST")
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]
        assert "If-None-Match" in answer.headers["Access-Control-Allow-Headers"]
        assert "PUT" in answer.headers["Access-Control-Allow-Methods"]
