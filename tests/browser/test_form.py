"""The form as a person uses it: rows, errors, keyboard, without scripts, on a phone."""

from __future__ import annotations

import pytest
from loading import enter, follow
from playwright.sync_api import expect

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


def part(page, kind):
    return page.locator(f"details.dm-fold:has([data-dm-rows={kind}])")


def unfold(parts):
    """Open parts of the form, or entries, as a person does."""
    for one in parts.all():
        if not one.evaluate("e => e.open"):
            one.locator("summary").first.click()


def is_open(details):
    return details.evaluate("e => e.open")


def press(row, action):
    if action == "remove":
        unfold(row.locator("details"))
    row.locator(f"[data-dm-action={action}]").click()


def add(page, kind, **values):
    unfold(part(page, kind))
    block(page, kind).locator("[data-dm-action=add]").click()
    put(rows(page, kind).last, **values)


def put(row, **values):
    unfold(row.locator("xpath=ancestor::details[1]"))
    unfold(row.locator("details"))
    for name, value in values.items():
        field = row.locator(f"[name$='__{name}']")
        if field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def texts(page, kind, name):
    return [row.locator(f"[name$='__{name}']").input_value() for row in rows(page, kind).all()]


def save(page):
    follow(page.locator("form.dm-form .dm-actions button[type=submit]"))


def fill_in(page):
    page.fill("[name=title]", "Digitales Bürgerbüro")
    page.fill("[name=name]", "digitales-buergerbuero")
    page.select_option("[name=owner_org]", label="citeq")
    page.locator("[name=status]").first.select_option("in_progress")
    for text in STEPS:
        add(page, "steps", state="pending", text=text)
    for title in MILESTONES:
        # with a day: a wording that is not understood is asked about
        add(page, "milestones", title=title, date_text=f"Wortlaut zu {title}", latest="2030-12-31")
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
        unfold(page.locator("#gruppe-what"))
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
        expect(page.locator("[name=milestones__10__latest]")).to_be_focused()
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
        unfold(page.locator("#gruppe-people"))
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
        page.locator("#gruppe-plan > summary").focus()
        page.keyboard.press("Enter")
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
        rows(page, "steps").nth(0).locator("summary").focus()
        page.keyboard.press("Space")
        rows(page, "steps").nth(0).locator("[data-dm-action=remove]").focus()
        page.keyboard.press("Enter")
        assert texts(page, "steps", "text") == [*before[1:-1], "Neu", before[-1]]
        focused = page.evaluate("document.activeElement.textContent")
        assert focused.startswith(f"Eintrag 1 {before[1][:20]}") or before[1][:20] in focused

    def test_the_first_key_skips_the_header(self, filled, visit):
        """The first stop leads to the content."""
        page = visit(filled)
        page.goto("/digitalisierung")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getAttribute('href')") == "#content"
        assert page.locator(":focus").bounding_box()["x"] >= 0


class TestMoving:
    """Entries of the demo's measure, in another order, which is saved."""

    @pytest.fixture
    def page(self, filled, visit):
        page = visit(filled, "bearbeiterin")
        page.goto(f"{EDIT}/dms")
        unfold(part(page, "steps"))
        return page

    def said(self, page):
        return block(page, "steps").locator("[role=status]").inner_text()

    def place(self, page, number):
        return rows(page, "steps").nth(number - 1).locator("[name$=__place]")

    def test_by_number(self, page, dataset):
        """The number of its place moves an entry; it is announced, and the focus stays in the number."""
        before = texts(page, "steps", "text")
        last = len(before)
        self.place(page, last).fill("1")
        page.keyboard.press("Enter")
        assert texts(page, "steps", "text") == [before[-1], *before[:-1]]
        assert page.evaluate("document.activeElement.name") == "steps__0__place"
        assert self.said(page) == "Eintrag steht jetzt an Stelle 1"
        for typed, place in (("0", 1), ("999999999", last), ("-3", 1), (str(last), last)):
            rows(page, "steps").filter(has_text=before[-1][:30]).locator("[name$=__place]").fill(typed)
            page.keyboard.press("Tab")
            assert texts(page, "steps", "text").index(before[-1]) == place - 1, typed
        self.place(page, 2).fill("vorn")
        page.keyboard.press("Enter")
        assert self.place(page, 2).input_value() == "2"
        assert f"1 bis {last}" in self.said(page)
        self.place(page, 1).fill("2")
        page.keyboard.press("Enter")
        save(page)
        stored = [row["text"] for row in dataset("dms")["steps"]]
        assert stored == [before[1], before[0], *before[2:]]

    def test_by_hand(self, page, dataset):
        """An entry is dragged by its handle, also folded; Escape leaves it where it is."""
        before = texts(page, "steps", "text")

        def drag(number, to, key=None):
            handle = rows(page, "steps").nth(number - 1).locator(".dm-grip").bounding_box()
            page.mouse.move(handle["x"] + 5, handle["y"] + 15)
            page.mouse.down()
            target = rows(page, "steps").nth(to - 1).bounding_box()
            down = to > number
            page.mouse.move(target["x"] + 9, target["y"] + (target["height"] - 4 if down else 4), steps=4)
            assert page.locator(".dm-drop-before, .dm-drop-after").count() == 1
            if key:
                page.keyboard.press(key)
            page.mouse.up()
            assert page.locator(".dm-drop-before, .dm-drop-after, .dm-dragged").count() == 0

        drag(3, 1)
        assert texts(page, "steps", "text") == [before[2], before[0], before[1], *before[3:]]
        assert self.said(page) == "Eintrag steht jetzt an Stelle 1"
        drag(1, 3)
        assert texts(page, "steps", "text") == before
        drag(3, 1, "Escape")
        assert texts(page, "steps", "text") == before
        drag(2, 1)
        save(page)
        assert [row["text"] for row in dataset("dms")["steps"]] == [before[1], before[0], *before[2:]]

    def test_by_finger(self, page):
        """On a phone, too; the page does not scroll meanwhile."""
        page.set_viewport_size(PHONE)
        before = texts(page, "steps", "text")
        first, third = (rows(page, "steps").nth(n).bounding_box() for n in (0, 2))
        handle = rows(page, "steps").nth(2).locator(".dm-grip")
        handle.scroll_into_view_if_needed()
        box, scrolled = handle.bounding_box(), page.evaluate("window.scrollY")
        touch = page.context.new_cdp_session(page)

        def send(kind, *points):
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

        x, y, up = box["x"] + 5, box["y"] + 15, third["y"] - first["y"] + 8
        send("touchStart", {"x": x, "y": y})
        for part_of_the_way in (0.3, 0.6, 1):
            send("touchMove", {"x": x, "y": y - up * part_of_the_way})
        send("touchEnd")
        expect(block(page, "steps").locator("[role=status]")).to_have_text("Eintrag steht jetzt an Stelle 1")
        assert texts(page, "steps", "text") == [before[2], before[0], before[1], *before[3:]]
        assert page.evaluate("window.scrollY") == scrolled

    def test_folded_entries_say_what_they_are(self, page):
        """While typing, too; a part that was changed says so when it is folded."""
        put(rows(page, "steps").first, text="Ein anderer Wortlaut")
        rows(page, "steps").first.locator("summary").click()
        summary = rows(page, "steps").first.locator("summary")
        expect(summary).to_contain_text("Ein anderer Wortlaut", use_inner_text=True)
        page.locator("#gruppe-plan > summary").click()
        told = "geändert, noch nicht gespeichert"
        expect(page.locator("#gruppe-plan > summary")).to_contain_text(told, use_inner_text=True)


class TestFolded:
    def test_a_new_measure(self, filled, visit, dataset):
        """From title to milestone over folded parts; the Kennung and German numbers come by themselves."""
        page = visit(filled, "bearbeiterin")
        page.goto(NEW)
        opened = [part.get_attribute("id") for part in page.locator("details.dm-fold[open]").all()]
        assert opened == ["gruppe-what", "gruppe-stand"]
        page.fill("[name=title]", "Öffnung der Straßendaten")
        expect(page.locator("[name=name]")).to_have_value("oeffnung-strassendaten")
        page.select_option("[name=owner_org]", label="citeq")
        page.locator("[name=status]").first.select_option("in_progress")
        page.fill("[name=progress_percent]", "12,5")
        page.locator(".dm-form-parts a", has_text="Meilensteine").click()
        expect(page.locator("#gruppe-dates")).to_have_js_property("open", True)
        add(page, "milestones", title="Freischaltung", latest="2030-12-31")
        add(page, "indicators", title="Knoten", value="1.250", target="1.250,5", day="2026-01-01")
        unfold(page.locator("#gruppe-people"))
        page.fill("[name=funding_amount]", "3,5 Mio. €")
        save(page)
        assert page.url.endswith("/oeffnung-strassendaten"), page.locator(".alert").inner_text()
        assert "„1.250“ als 1250" in page.locator(".alert").first.inner_text()
        stored = dataset("oeffnung-strassendaten")
        assert (stored["progress_percent"], stored["funding_amount"]) == ("12.5", "3500000")
        figure = stored["indicators"][0]
        assert (figure["value"], figure["target"]) == ("1250", "1250.5")
        assert "1.250" in page.locator("body").inner_text()
        page.goto(f"{EDIT}/oeffnung-strassendaten")
        assert page.input_value("[name=progress_percent]") == "12,5"
        assert page.input_value("[name=indicators__0__target]") == "1250,5"
        assert (
            "Meilensteine: 1; nächster am 31.12.2030" in page.locator("#gruppe-dates > summary").inner_text()
        )

    def test_a_key_of_ones_own(self, filled, visit):
        """It is proposed until somebody writes one."""
        page = visit(filled, "bearbeiterin")
        page.goto(NEW)
        page.fill("[name=title]", "DMS")
        expect(page.locator("[name=name]")).to_have_value("dms-2")
        page.fill("[name=name]", "eigene")
        page.fill("[name=title]", "Ein ganz anderer Titel")
        page.wait_for_timeout(900)
        assert page.input_value("[name=name]") == "eigene"
        save(page)
        page.fill("[name=title]", "Noch ein Titel")
        page.wait_for_timeout(900)
        assert page.input_value("[name=name]") == "eigene"
        page.fill("[name=name]", "")
        page.fill("[name=title]", "Übergänge")
        expect(page.locator("[name=name]")).to_have_value("uebergaenge")
        save(page)
        page.fill("[name=title]", "Übergänge und Wege")
        expect(page.locator("[name=name]")).to_have_value("uebergaenge-wege")

    def test_an_error_opens_its_part(self, filled, visit):
        """What is wrong is in sight, the entry with it is unfolded, and a link leads to the field."""
        page = visit(filled, "bearbeiterin")
        page.goto(f"{EDIT}/dms")
        put(rows(page, "milestones").last, title="Betrieb")
        page.evaluate("document.querySelectorAll('input[type=date]').forEach(e => e.type = 'text')")
        put(rows(page, "milestones").last, latest="14.03.3019")
        place = rows(page, "milestones").count() - 1
        unfold(page.locator("#gruppe-vision"))
        page.fill("[name=vision_year]", "26")
        for name in ("dates", "vision"):
            page.locator(f"#gruppe-{name} > summary").click()
        save(page)
        expect(page.locator("#gruppe-dates")).to_have_js_property("open", True)
        expect(page.locator("#gruppe-vision")).to_have_js_property("open", True)
        expect(page.locator("#gruppe-council")).to_have_js_property("open", False)
        wrong = rows(page, "milestones").nth(place)
        expect(wrong.locator("details")).to_have_js_property("open", True)
        assert page.input_value(f"[name=milestones__{place}__latest]") == "14.03.3019"
        assert "Das Jahr 3019 kann nicht gemeint sein" in wrong.inner_text()
        assert not is_open(rows(page, "milestones").first.locator("details")) or place == 0
        page.locator("#gruppe-dates > summary").click()
        page.locator(".alert a", has_text=f"Meilenstein {place + 1}").click()
        expect(page.locator("#gruppe-dates")).to_have_js_property("open", True)
        expect(page.locator(f"[name=milestones__{place}__latest]")).to_be_focused()

    def test_all_at_once(self, filled, visit):
        page = visit(filled, "bearbeiterin", PHONE)
        page.goto(f"{EDIT}/dms")
        page.locator("button", has_text="Alle Teile aufklappen").click()
        expect(page.locator("details.dm-fold:not([open])")).to_have_count(0)
        page.locator("button", has_text="Alle Teile zuklappen").click()
        expect(page.locator("details.dm-fold[open]")).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollHeight") < 3000


class TestWithoutScripts:
    @pytest.fixture
    def page(self, filled, chromium):
        context = chromium.new_context(java_script_enabled=False, base_url=filled)
        page = context.new_page()
        page.goto("/user/login")
        page.fill("input[name=login]", "bearbeiterin")
        page.fill("input[name=password]", "nur-im-test-2019")
        enter(page.locator("input[name=password]"))
        yield page
        context.close()

    def fold_out(self, page, kind):
        # without scripts in the page the test cannot ask which are open
        page.locator(f"details.dm-fold:not([open]):has([data-dm-rows={kind}]) > summary").click()

    def test_an_entry_more_one_less_one_elsewhere(self, page, dataset):
        """The buttons and the number of the place are understood by the server; nothing typed is lost."""
        before = [row["text"] for row in dataset("dms")["steps"]]
        page.goto(f"{EDIT}/dms")
        self.fold_out(page, "steps")
        page.fill("[name=statement]", "Noch nicht gespeichert")
        follow(block(page, "steps").locator("[data-dm-action=add]"))
        assert page.url.endswith("#field-steps")
        assert page.input_value("[name=statement]") == "Noch nicht gespeichert"
        assert rows(page, "steps").count() == len(before) + 1
        new = rows(page, "steps").last
        new.locator("[name$=__state]").select_option("pending")
        new.locator("[name$=__text]").fill("Ohne Skript")
        follow(new.locator("[data-dm-action=up]"))
        assert texts(page, "steps", "text") == [*before[:-1], "Ohne Skript", before[-1]]
        rows(page, "steps").first.locator("summary").click()
        follow(rows(page, "steps").first.locator("[data-dm-action=remove]"))
        rows(page, "steps").nth(len(before) - 2).locator("[name$=__place]").fill("1")
        save(page)
        assert [row["text"] for row in dataset("dms")["steps"]] == ["Ohne Skript", *before[1:]]

    def test_without_a_key(self, page, dataset):
        """The server makes one of the title."""
        page.goto(NEW)
        page.fill("[name=title]", "Öffnung der Türen")
        page.select_option("[name=owner_org]", label="citeq")
        page.locator("[name=status]").first.select_option("planned")
        save(page)
        assert page.url.endswith("/oeffnung-tueren")


class TestNews:
    @pytest.fixture
    def page(self, filled, visit):
        page = visit(filled, "bearbeiterin", PHONE)
        page.goto("/digitalisierungsmassnahme/dms")
        follow(page.locator("a", has_text="Was gibt es Neues?").first)
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
