"""Which area some figures are of, told by the keys of their places."""

from __future__ import annotations

import pytest

from ckanext.digitalms.coverage.extent import extent

pytestmark = pytest.mark.pure

REGION = {"05515000": "Münster", "05554004": "Ahaus", "05558012": "Coesfeld", "05566008": "Emsdetten"}


@pytest.mark.parametrize(
    ("places", "title", "codes"),
    [
        ({}, "Münsterland", ("05515", "05554", "05558", "05566", "05570")),
        ({"05515000": "Münster"}, "Münster", ("05515000",)),
        ({"05515000": "Münster", "05515": "Münster"}, "Münster", ("05515",)),
        ({"05515000": "Münster", "05554004": "Ahaus"}, "Ahaus und Münster", ("05515", "05554")),
        (REGION, "Münsterland", ("05515", "05554", "05558", "05566")),
        (
            {**REGION, "05915000": "Hamm"},
            "Münsterland und Hamm",
            ("05515", "05554", "05558", "05566", "05915"),
        ),
        ({**REGION, "05974040": "Soest", "05974044": "Warstein"}, "Nordrhein-Westfalen", ("05",)),
        ({**REGION, "03404000": "Osnabrück", "03454014": "Emsbüren", "03454018": "Freren"},
         "Niedersachsen und Nordrhein-Westfalen", ("03", "05")),
        ({"05": "Nordrhein-Westfalen", "03": "Niedersachsen"}, "Niedersachsen und Nordrhein-Westfalen",
         ("03", "05")),
        ({f"{n:02d}": "Land" for n in range(1, 17)}, "Deutschland", tuple(f"{n:02d}" for n in range(1, 17))),
        ({"99000000": "A", "99000001": "B", "99000002": "C", "99000003": "D"}, "99", ("99",)),
    ],
)  # fmt: skip
def test_the_area(places, title, codes):
    found = extent(places)
    assert (found.title, found.codes) == (title, codes)
