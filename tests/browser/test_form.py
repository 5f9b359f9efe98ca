"""The form as a person uses it: rows, errors, keyboard, without scripts, on a phone."""

from __future__ import annotations

import pytest

PHONE = {"width": 390, "height": 844}
STEPS = [f"Eintrag Nummer {n}" for n in range(1, 26)]
MILESTONES = [f"Meilenstein Nummer {n}" for n in range(1, 13)]
GOALS = [f"Ziel Nummer {n}" for n in range(1, 4)]
NEW = "/digitalisierungsmassnahme/new"
EDIT = "/digitalisierungsmassnahme/edit"


def block(page, kind):
    return page.locator(f"[data-dm-rows={kind}]")


def rows(page, kind):
    return block(page, kind).locator("[data-dm-row]")


def press(row, action):
    row.locator(f"[data-dm-action={action}]").click()


def add(page, kind, **values):
    block(page, kind).locator("[data-dm-action=add]").click()
    put(rows(page, kind).last, **values)


def put(row, **values):
    for name, value in values.items():
        field = row.locator(f"[name$='__{name}']")
        if field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def texts(page, kind, name):
    return [row.locator(f"[name$='__{name}']").input_value() for row in rows(page, kind).all()]


def save(page):
    page.locator("form.dm-form .dm-actions button[type=submit]").click()
    page.wait_for_load_state()


def fill_in(page):
    page.fill("[name=title]", "Digitales Bürgerbüro")
    page.fill("[name=name]", "digitales-buergerbuero")
    page.select_option("[name=owner_org]", label="citeq")
    page.locator("[name=status]").first.select_option("in_progress")
    for text in STEPS:
        add(page, "steps", state="pending", text=text)
    for title in MILESTONES:
        add(page, "milestones", title=title, date_text=f"Wortlaut zu {title}")
    for text in GOALS:
        add(page, "goals", year="2020", text=text)


class TestManyRows:
    def test_same_rows_same_order(self, filled, visit, dataset):
        """25 steps, 12 milestones, 3 goals: remove the first, reorder, save, make an error, save."""
        page = visit(filled, "bearbeiterin")
        page.goto(NEW)
        fill_in(page)
        for kind in ("steps", "milestones", "goals"):
            press(rows(page, kind).first, "remove")
        press(rows(page, "steps").nth(10), "up")
        press(rows(page, "milestones").nth(0), "down")
        steps = [*STEPS[1:10], STEPS[11], STEPS[10], *STEPS[12:]]
        milestones = [MILESTONES[2], MILESTONES[1], *MILESTONES[3:]]
        assert texts(page, "steps", "text") == steps
        save(page)
        assert page.url.endswith("/digitalisierungsmassnahme/digitales-buergerbuero"), page.content()[:3000]
        self.check(dataset("digitales-buergerbuero"), steps, milestones)
        ids = [row["id"] for row in dataset("digitales-buergerbuero")["steps"]]

        page.goto(f"{EDIT}/digitales-buergerbuero")
        put(rows(page, "milestones").nth(10), earliest="2020-05-01", latest="2020-04-01")
        page.fill("[name=title]", "")
        save(page)
        assert texts(page, "steps", "text") == steps
        assert texts(page, "milestones", "title") == milestones
        assert texts(page, "goals", "text") == GOALS[1:]
        wrong = rows(page, "milestones").nth(10)
        assert wrong.locator(".dm-error").count() == 1
        assert "01.05.2020" in wrong.locator(".dm-error").inner_text()
        assert page.locator(".dm-rows .dm-error").count() == 1

        page.locator(".alert a", has_text="Meilenstein 11").click()
        assert page.evaluate("document.activeElement.name") == "milestones__10__latest"
        put(wrong, latest="2020-06-01")
        page.fill("[name=title]", "Digitales Bürgerbüro II")
        save(page)
        stored = dataset("digitales-buergerbuero")
        self.check(stored, steps, milestones)
        assert stored["title"] == "Digitales Bürgerbüro II"
        assert stored["milestones"][10]["latest"] == "2020-06-01"
        assert [row["id"] for row in stored["steps"]] == ids

    def check(self, stored, steps, milestones):
        assert [row["text"] for row in stored["steps"]] == steps
        assert [row["title"] for row in stored["milestones"]] == milestones
        assert [row["date_text"] for row in stored["milestones"]] == [f"Wortlaut zu {m}" for m in milestones]
        assert [row["text"] for row in stored["goals"]] == GOALS[1:]

    def test_nothing_typed_is_lost(self, filled, visit):
        """Wrong days, numbers and addresses come back as they were typed, each with its error."""
        page = visit(filled, "bearbeiterin")
        page.goto(f"{EDIT}/dms")
        page.evaluate("document.querySelectorAll('input[type=date]').forEach(e => e.type = 'text')")
        typed = {"progress_percent": "145", "update_due": "irgendwann", "contact_email": "keine-adresse"}
        for name, value in typed.items():
            page.fill(f"[name={name}]", value)
        add(page, "links", title="Stadtwerke", url="javascript:alert(1)")
        save(page)
        for name, value in typed.items():
            assert page.input_value(f"[name={name}]") == value
            assert page.locator(f"[name={name}]").get_attribute("aria-invalid") == "true"
            described = page.locator(f"[name={name}]").get_attribute("aria-describedby").split()[-1]
            assert page.locator(f"#{described}").inner_text().strip()
        assert texts(page, "links", "url") == ["javascript:alert(1)"]
        assert page.locator(".alert li").count() == 4


class TestKeyboard:
    def test_rows_by_keyboard(self, filled, visit):
        """Rows are added, moved and removed by keys; the focus stays where the work is; each is announced."""
        page = visit(filled, "bearbeiterin")
        page.goto(f"{EDIT}/dms")
        before = texts(page, "steps", "text")
        block(page, "steps").locator("[data-dm-action=add]").focus()
        page.keyboard.press("Enter")
        place = len(before)
        assert page.evaluate("document.activeElement.name").startswith(f"steps__{place}__")
        rows(page, "steps").last.locator("[name$=__text]").fill("Neu")
        rows(page, "steps").last.locator("[data-dm-action=up]").focus()
        page.keyboard.press("Space")
        assert texts(page, "steps", "text") == [*before[:-1], "Neu", before[-1]]
        assert page.evaluate("document.activeElement.dataset.dmAction") == "up"
        said = block(page, "steps").locator("[role=status]").inner_text()
        assert str(place) in said
        rows(page, "steps").nth(0).locator("[data-dm-action=remove]").focus()
        page.keyboard.press("Enter")
        assert texts(page, "steps", "text") == [*before[1:-1], "Neu", before[-1]]
        assert page.evaluate("document.activeElement.name").startswith("steps__0__")

    def test_the_first_key_skips_the_header(self, filled, visit):
        """The first stop leads to the content."""
        page = visit(filled)
        page.goto("/digitalisierung")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getAttribute('href')") == "#content"
        assert page.locator(":focus").bounding_box()["x"] >= 0


class TestWithoutScripts:
    def test_one_more_row_and_one_less(self, filled, chromium, dataset):
        """Without scripts there is one empty row; a row that is emptied goes away."""
        context = chromium.new_context(java_script_enabled=False, base_url=filled)
        page = context.new_page()
        page.goto("/user/login")
        page.fill("input[name=login]", "bearbeiterin")
        page.fill("input[name=password]", "nur-im-test-2019")
        page.press("input[name=password]", "Enter")
        before = [row["text"] for row in dataset("dms")["steps"]]
        page.goto(f"{EDIT}/dms")
        assert rows(page, "steps").count() == len(before) + 1
        put(rows(page, "steps").last, state="pending", text="Ohne Skript")
        put(rows(page, "steps").first, text="")
        save(page)
        context.close()
        assert [row["text"] for row in dataset("dms")["steps"]] == [*before[1:], "Ohne Skript"]


class TestNews:
    @pytest.fixture
    def page(self, filled, visit):
        page = visit(filled, "bearbeiterin", PHONE)
        page.goto("/digitalisierungsmassnahme/dms")
        page.locator("a", has_text="Was gibt es Neues?").first.click()
        page.wait_for_load_state()
        return page

    def test_on_a_phone(self, page, dataset):
        """A word, a number, a state: saved as a new Stand; nothing else is touched."""
        before = dataset("dms")
        page.fill("[name=statement]", "Die Poststelle arbeitet elektronisch.")
        page.fill("[name=progress_percent]", "60")
        page.locator("[name=steps__0__state]").select_option("done")
        save(page)
        assert page.url.endswith("/digitalisierungsmassnahme/dms")
        assert page.locator(".alert-success, .alert.success").count() == 1
        assert "Poststelle" in page.locator(".dm-timeline > li").first.inner_text()
        after = dataset("dms")
        assert after["progress_percent"] == "60"
        assert after["steps"][0] == {**before["steps"][0], "state": "done"}
        assert after["milestones"] == before["milestones"]

    def test_an_error_keeps_what_was_typed(self, page, dataset):
        """A share above 100 is refused at its field; text and states stay."""
        page.fill("[name=statement]", "Fast fertig.")
        page.fill("[name=progress_percent]", "160")
        page.locator("[name=steps__1__state]").select_option("pending")
        save(page)
        assert page.input_value("[name=statement]") == "Fast fertig."
        assert page.input_value("[name=progress_percent]") == "160"
        assert page.input_value("[name=steps__1__state]") == "pending"
        assert "160" in page.locator("#field-progress_percent-error").inner_text()
        assert dataset("dms")["progress_percent"] == "45"


class TestLeaving:
    """A click beside the form asks first, once something was typed."""

    def leave(self, page):
        asked = []
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
        page.locator(".dm-actions a").click()
        page.wait_for_url(lambda address: "/new" not in address)
        return asked

    def test_untouched(self, filled, visit):
        page = visit(filled, "bearbeiterin")
        page.goto(NEW)
        assert self.leave(page) == []

    def test_typed(self, filled, visit):
        page = visit(filled, "bearbeiterin")
        page.goto(NEW)
        page.fill("[name=title]", "Etwas")
        assert self.leave(page) == ["beforeunload"]
