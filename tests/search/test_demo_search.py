"""What people look for in the seven measures of the council report, and find."""

from __future__ import annotations

import ckan.plugins.toolkit as tk

FINDS = {
    "E-Akte": "dms",
    "E-Akten": "dms",
    "elektronisch": "dms",
    "LTE": "mobilfunk",
    "Funkloch": None,
    "Schule": "breitband",
    "Schulen": "breitband",
    "Gewerbegebiet": "breitband",
    "gewerbegebiete": "breitband",
    "glasfaser": "breitband",
    "Freifunk": "wlan",
    "W-LAN": "wlan",
    "Förderantrag": "mobilfunk",
    "Foerderantrag": "mobilfunk",
    "V/0954/2018": "dms",
    "V-0103-2019": "breitband",
    "0103/2019": "breitband",
    "Vorlage: V/0103/2019": "breitband",
    "R/0045/2016": "wlan",
    "Verwaltungsleistung": "serviceportal",
}


def _found(q):
    found = tk.get_action("package_search")({"user": ""}, {"q": q, "rows": 50})["results"]
    return [dataset["name"] for dataset in found]


def test_the_demo_is_found(report):
    """The words of the report, in other forms than they stand there."""
    names = set(_found("*:*"))
    missing = {}
    for typed, wanted in FINDS.items():
        found = _found(typed)
        if wanted and not any(wanted in name for name in found):
            missing[typed] = found
    assert missing == {}, names
    assert len(_found("V/0989/2017")) == 1
    for typed in ("V/0989/2017", "V-0989-2017", "0989/2017"):
        assert _found(typed) == ["strategie"], typed
    assert len(_found("V/0989/2017/1. Erg.")) == len(_found("V/0989/2017/1")) == 7, "the vision of all seven"
    assert _found("V/0143/2018") != _found("V/0144/2018") != _found("V/0154/2018")
    assert len(_found("V/0144/2018")) == len(_found("V/0143/2018")) == len(_found("V/0154/2018")) == 1
    assert _found("Strom") == []
