"""Actions × personas, generated from ``__all__``: an action without its row here fails."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import pytest

from ckanext.digitalms import shared
from ckanext.digitalms.logic import action

PERSONAS = ("anonymous", "stranger", "editor", "other_editor", "coordinator", "sysadmin")
EVERYBODY = set(PERSONAS)
OFFICE = {"editor", "coordinator", "sysadmin"}
COORDINATORS = {"coordinator", "sysadmin"}
SIGNED_IN = EVERYBODY - {"anonymous"}
NOBODY_BUT_SYSADMINS = {"sysadmin"}

# action: who may do it with the office's measure "dms"
MAY: dict[str, set[str]] = {
    "member_list": EVERYBODY,
    "package_list": EVERYBODY,
    "resource_search": EVERYBODY,
    **dict.fromkeys(("tag_autocomplete", "tag_list", "tag_search", "tag_show"), EVERYBODY),
    "bulk_update_public": NOBODY_BUT_SYSADMINS,
    "dataset_purge": NOBODY_BUT_SYSADMINS,
    "digitalms_catalogue_change_list": EVERYBODY,
    "digitalms_catalogue_figure_list": EVERYBODY,
    "digitalms_city_text_list": COORDINATORS,
    "digitalms_city_text_show": EVERYBODY,
    "digitalms_city_text_update": COORDINATORS,
    "digitalms_date_read": EVERYBODY,
    "digitalms_indicator_list": EVERYBODY,
    "digitalms_milestone_list": EVERYBODY,
    "digitalms_search": EVERYBODY,
    "digitalms_synonym_create": COORDINATORS,
    "digitalms_synonym_delete": COORDINATORS,
    "digitalms_synonym_list": EVERYBODY,
    "digitalms_synonym_undo": COORDINATORS,
    "digitalms_synonym_upload": COORDINATORS,
    "digitalms_search_propose": EVERYBODY,
    "digitalms_sitting_create": COORDINATORS,
    "digitalms_sitting_delete": COORDINATORS,
    "digitalms_sitting_list": EVERYBODY,
    "digitalms_sitting_undo": COORDINATORS,
    "digitalms_sitting_upload": COORDINATORS,
    "digitalms_stored_data_list": EVERYBODY,
    "digitalms_comparison_show": EVERYBODY,
    "digitalms_council_reference_list": EVERYBODY,
    "digitalms_council_reference_parse": EVERYBODY,
    "digitalms_council_reference_show": EVERYBODY,
    "digitalms_coverage_show": EVERYBODY,
    "digitalms_dataset_draft_create": OFFICE,
    "digitalms_dataset_draft_delete": OFFICE,
    "digitalms_dataset_draft_file": OFFICE,
    "digitalms_dataset_draft_list": SIGNED_IN,
    "digitalms_dataset_draft_show": OFFICE,
    "digitalms_dataset_draft_update": OFFICE,
    "digitalms_dataset_list": EVERYBODY,
    "digitalms_dataset_publish": OFFICE,
    "digitalms_dataset_version_list": EVERYBODY,
    "digitalms_dataset_version_restore": OFFICE,
    "digitalms_dcat_check": OFFICE,
    "digitalms_dcat_list": EVERYBODY,
    "digitalms_croissant_show": EVERYBODY,
    "digitalms_dcat_show": EVERYBODY,
    "digitalms_delivery_create": OFFICE,
    "digitalms_delivery_list": SIGNED_IN,
    "digitalms_delivery_show": OFFICE,
    "digitalms_internal_note_create": OFFICE,
    "digitalms_internal_note_delete": OFFICE,
    "digitalms_internal_note_list": OFFICE,
    "digitalms_internal_note_update": OFFICE,
    "digitalms_measure_history": EVERYBODY,
    "digitalms_measure_key_propose": SIGNED_IN - {"stranger"},
    "digitalms_measure_list": EVERYBODY,
    "digitalms_measure_parent_list": SIGNED_IN - {"stranger"},
    "digitalms_measure_release_list": OFFICE,
    "digitalms_measure_show": EVERYBODY,
    "digitalms_organisation_admit": COORDINATORS,
    "digitalms_organisation_list": COORDINATORS,
    "digitalms_quality_show": OFFICE,
    "digitalms_redact": NOBODY_BUT_SYSADMINS,
    "digitalms_report_check": OFFICE,
    "digitalms_report_check_list": SIGNED_IN,
    "digitalms_report_correct": COORDINATORS,
    "digitalms_report_create": COORDINATORS,
    "digitalms_report_file": EVERYBODY,
    "digitalms_report_freeze": COORDINATORS,
    "digitalms_report_gaps": COORDINATORS,
    "digitalms_report_list": EVERYBODY,
    "digitalms_report_show": EVERYBODY,
    "digitalms_report_update": COORDINATORS,
    "digitalms_report_withdraw": COORDINATORS,
    "digitalms_page_pdf": EVERYBODY,
    "digitalms_report_template_create": COORDINATORS,
    "digitalms_report_template_file": COORDINATORS,
    "digitalms_report_template_list": COORDINATORS,
    "digitalms_report_template_use": COORDINATORS,
    "digitalms_report_import_apply": COORDINATORS,
    "digitalms_report_import_create": COORDINATORS,
    "digitalms_report_import_list": COORDINATORS,
    "digitalms_report_import_show": COORDINATORS,
    "digitalms_report_import_update": COORDINATORS,
    "digitalms_source_check": OFFICE,
    "digitalms_source_list": EVERYBODY,
    "digitalms_source_show": OFFICE,
    "digitalms_statement_create": OFFICE,
    "digitalms_statement_undo": OFFICE,
    "digitalms_measure_restore": OFFICE,
    "digitalms_change_list": SIGNED_IN,
    "digitalms_dataset_restore": OFFICE,
    "digitalms_desk_show": SIGNED_IN,
    "digitalms_desk_visit": SIGNED_IN,
    "digitalms_delivery_undo": OFFICE,
    "digitalms_delivery_redo": COORDINATORS,
    "digitalms_report_import_undo": COORDINATORS,
    "digitalms_table_import": SIGNED_IN - {"stranger"},
    "digitalms_table_import_show": COORDINATORS,
    "digitalms_table_import_undo": COORDINATORS,
    "digitalms_table_list": EVERYBODY,
    "digitalms_table_use_list": EVERYBODY,
    "digitalms_release_cite": COORDINATORS,
    "digitalms_release_diff": EVERYBODY,
    "digitalms_release_list": EVERYBODY,
    "digitalms_release_remove_measure": COORDINATORS,
    "digitalms_table_plot": EVERYBODY,
    "digitalms_table_rows": EVERYBODY,
    "digitalms_table_publish": COORDINATORS,
    "digitalms_table_validate": COORDINATORS,
    "digitalms_vanishing_decide": COORDINATORS,
    "harvest_abort_failed_jobs": NOBODY_BUT_SYSADMINS,
    "harvest_source_reindex": OFFICE,
    "harvest_source_create": SIGNED_IN - {"stranger"},
    "harvest_source_clear": OFFICE,
    "harvest_source_delete": OFFICE,
    "harvest_source_list": COORDINATORS,
    "harvest_source_patch": OFFICE,
    "harvest_source_update": OFFICE,
    "organization_create": COORDINATORS,
    "organization_delete": NOBODY_BUT_SYSADMINS,
    "package_create": SIGNED_IN - {"stranger"},
    "package_delete": OFFICE,
    "package_owner_org_update": NOBODY_BUT_SYSADMINS,
    "user_invite": NOBODY_BUT_SYSADMINS,
    "user_update": {"stranger", "sysadmin"},
    "package_patch": OFFICE,
    "package_show": EVERYBODY,
    "package_update": OFFICE,
}


def allowed(name: str, user: str, data: dict[str, object]) -> bool:
    """Return whether the action's own authorisation lets a user pass."""
    try:
        tk.check_access(name, {"user": user}, data)
    except tk.NotAuthorized:
        return False
    return True


def test_every_action_has_its_row():
    """No action without a decision on who may do it."""
    assert set(action.__all__) == set(MAY)


@pytest.mark.usefixtures("with_plugins", "catalogue")
class TestRights:
    def test_actions_by_personas(self, personas, make_measure, office):
        """Each cell of the table is as decided."""
        make_measure()
        delivery = shared.delivery_create("progress", "a.csv", b"x", organisation="citeq")
        draft = shared.delivery_create("dataset", "a.csv", b"x", organisation=office["id"])
        on_drafts = ("draft_delete", "draft_file", "draft_show", "draft_update", "publish")
        source = {"name": "quelle", "title": "Quelle", "url": "https://example.org/a.csv"}
        kind = {"source_type": "digitalms_progress", "owner_org": "citeq"}
        tk.get_action("harvest_source_create")({"user": personas["sysadmin"]}, {**source, **kind})
        about = {
            **{f"digitalms_dataset_{name}": {"id": draft.id} for name in on_drafts},
            "digitalms_dataset_draft_create": {"organisation": "citeq"},
            "digitalms_delivery_create": {"organisation": "citeq"},
            "digitalms_delivery_show": {"id": delivery.id},
            "digitalms_delivery_undo": {"id": delivery.id},
            "digitalms_delivery_redo": {"id": delivery.id},
            "digitalms_source_show": {"id": "quelle"},
            "digitalms_source_check": {**kind, "url": "https://example.org/a.csv"},
            "organization_delete": {"id": "citeq"},
            "user_invite": {"group_id": "citeq"},
            "user_update": {"id": personas["stranger"]},
        }
        found = {
            name: {p for p in PERSONAS if allowed(name, personas[p], about.get(name, {"id": "dms"}))}
            for name in action.__all__
        }
        assert found == {name: MAY[name] for name in action.__all__}

    def test_a_coordinator_creates_for_every_office(self, personas, make_measure):
        """The coordinator is no member of the office and creates and changes its measure."""
        make_measure(user=personas["coordinator"])
        context = {"user": personas["coordinator"]}
        changed = tk.get_action("package_patch")(context, {"id": "dms", "status": "in_progress"})
        assert changed["status"] == "in_progress"

    def test_an_editor_only_for_its_office(self, personas, make_measure, office):
        """Editors of another office can neither create nor change."""
        make_measure(user=personas["editor"])
        with pytest.raises(tk.NotAuthorized):
            tk.get_action("package_patch")(
                {"user": personas["other_editor"]}, {"id": "dms", "status": "planned"}
            )
        with pytest.raises((tk.NotAuthorized, tk.ValidationError)):
            make_measure(user=personas["other_editor"], name="fremd")

    @pytest.mark.parametrize(
        ("persona", "may"), [("coordinator", True), ("editor", True), ("other_editor", False)]
    )
    def test_sources(self, personas, office, persona, may):
        """Coordinators make harvest sources for every office, editors for their own."""
        source = {
            "name": "quelle",
            "title": "Quelle",
            "url": "https://example.org/a.csv",
            "source_type": "digitalms_progress",
            "owner_org": office["id"],
        }
        context = {"user": personas[persona]}
        if may:
            assert tk.get_action("harvest_source_create")(context, source)["owner_org"] == office["id"]
        else:
            with pytest.raises((tk.NotAuthorized, tk.ValidationError)):
                tk.get_action("harvest_source_create")(context, source)

    @pytest.mark.parametrize("name", ["harvest_source_delete", "harvest_source_clear"])
    def test_what_is_for_sources_touches_nothing_else(self, personas, make_measure, name):
        """A measure is no source, whoever asks."""
        make_measure()
        for persona in ("editor", "sysadmin"):
            with pytest.raises(tk.ObjectNotFound):
                tk.get_action(name)({"user": personas[persona]}, {"id": "dms"})
        assert tk.get_action("package_show")({"user": ""}, {"id": "dms"})["state"] == "active"

    def test_private_measures(self, personas, make_measure):
        """Private measures are seen by their office and by coordinators."""
        make_measure(private=True)
        seen = {p for p in PERSONAS if allowed("package_show", personas[p], {"id": "dms"})}
        assert seen == OFFICE

    def test_sql_search_is_off(self):
        """The DataStore's SQL search stays off."""
        assert tk.config["ckan.datastore.sqlsearch.enabled"] is False


@pytest.mark.usefixtures("with_plugins", "catalogue")
class TestInternalNotes:
    def test_the_marker_word_is_nowhere(self, personas, make_measure, app):
        """A note is in no dataset, search, Solr document, history, page or feed, also after a patch."""
        marker = "Zwiebelkuchen"
        make_measure()
        context = {"user": personas["editor"]}
        note = tk.get_action("digitalms_internal_note_create")(context, {"id": "dms", "text": marker})
        tk.get_action("package_patch")({"user": personas["coordinator"]}, {"id": "dms", "status": "planned"})
        shown = [
            tk.get_action(name)({"user": personas["sysadmin"]}, {"id": "dms"})
            for name in ("package_show", "digitalms_measure_show", "digitalms_measure_history")
        ]
        searched = tk.get_action("package_search")({"user": personas["sysadmin"]}, {"q": marker})
        everything = tk.get_action("package_search")({"user": personas["sysadmin"]}, {"q": "*:*", "fl": "*"})
        assert searched["count"] == 0
        assert marker not in str([shown, everything])
        assert marker not in app.get("/digitalisierungsmassnahme/dms").body
        listed = tk.get_action("digitalms_internal_note_list")(context, {"id": "dms"})
        assert [n["id"] for n in listed["results"]] == [note["id"]]
        assert listed["results"][0]["text"] == marker

    def test_deleting(self, personas, make_measure):
        """A note can be deleted, and only on its own measure."""
        make_measure()
        make_measure(name="wlan")
        context = {"user": personas["coordinator"]}
        note = tk.get_action("digitalms_internal_note_create")(context, {"id": "dms", "text": "x"})
        with pytest.raises(tk.ObjectNotFound):
            tk.get_action("digitalms_internal_note_delete")(context, {"id": "wlan", "note_id": note["id"]})
        tk.get_action("digitalms_internal_note_delete")(context, {"id": "dms", "note_id": note["id"]})
        assert tk.get_action("digitalms_internal_note_list")(context, {"id": "dms"})["count"] == 0
