"""Which argument of which address names what, in the words of `whole_catalogue`."""

from __future__ import annotations

from werkzeug.routing import Rule

Arguments = dict[str, str]

_DATASET = {"id": "dataset", "resource_id": "resource", "view_id": "unknown", "filename": "unknown"}
_MEASURE = {**_DATASET, "id": "measure"}
_SOURCE = {**_DATASET, "id": "source", "source": "source"}
# by blueprint or endpoint: what each argument is there, in the words of `whole_catalogue`
FITTING: dict[str, dict[str, str]] = {
    "dataset": _DATASET,
    "resource": _DATASET,
    "dataset_resource": _DATASET,
    "datastore": _DATASET,
    "digitalisierungsmassnahme": _MEASURE,
    "digitalisierungsmassnahme_resource": _MEASURE,
    "digitalms_measure": _MEASURE,
    "digitalms_page_pdf": _MEASURE,
    "digitalms_measure_fields": _MEASURE,
    "digitalms_measure_files": _MEASURE,
    "digitalms_dcat": _MEASURE,
    "digitalms_dcat.dataset": _DATASET,
    "digitalms_dcat.croissant": _DATASET,
    "digitalms_notes": {**_MEASURE, "note_id": "unknown"},
    "digitalms_visibility": _MEASURE,
    "digitalms_editing": _MEASURE,
    "digitalms_figure_entry": _MEASURE,
    "digitalms_news": _MEASURE,
    "digitalms_withdrawn": _MEASURE,
    "digitalms_recent": _MEASURE,
    "digitalms_organisations": {"id": "organisation"},
    "harvest": _SOURCE,
    "harvest_resource": _SOURCE,
    "harvester": _SOURCE,
    "harvester.job_show": {"source": "source", "id": "job"},
    "harvester.job_abort": {"source": "source", "id": "job"},
    "harvester.object_show": {"id": "object"},
    "digitalms_source": _SOURCE,
    "digitalms_source_form": _SOURCE,
    "digitalms_source_work": _SOURCE,
    "digitalms_sources": {"id": "delivery"},
    "digitalms_table_import": {"id": "import"},
    "digitalms_report_import": {"draft_id": "report draft"},
    "digitalms_reports": {"name": "report"},
    "digitalms_report_work": {"name": "report", "measure": "measure"},
    "digitalms_own_tables": {"draft_id": "draft", "table": "own table", "release_id": "own release"},
    "digitalms_data": {"release_id": "release"},
    "digitalms_release_changes.open_table": {"release_id": "release"},
    "digitalms_release_changes.own_table": {"table": "own table", "release_id": "own release"},
    "digitalms_explorer": {"table": "own table"},
    "digitalms_explorer.stored_table": {"table": "resource"},
    "group": {"id": "group"},
    "organization": {"id": "organisation"},
    "user": {"id": "user"},
    "feeds.group": {"id": "group"},
    "feeds.organization": {"id": "organisation"},
    "feeds.tag": {"id": "tag"},
    "file": {"id": "unknown"},
}
# by endpoint and argument: the value itself
LITERAL = {
    "digitalms_embed": {"what": "massnahme/dms"},
    "digitalms_dcat": {"ending": "ttl"},
    "digitalms_machines": {"number": "0"},
    "api.action": {"logic_function": "digitalms_measure_list", "ver": "3"},
    "api": {"lang": "de", "ver": "2"},
    "digitalms_own_tables.current": {"name": "anteile.csv"},
    "digitalms_own_tables.former": {"name": "anteile.csv"},
    "digitalms_data": {"name": "measures.csv", "table": "measures"},
    "digitalms_release_changes.open_table": {"table": "measures"},
    "digitalms_explorer.open_plot": {"table": "measures"},
    "digitalms_explorer.open_table": {"table": "measures"},
    "digitalms_council": {"reference": "V/0954/2018"},
    "digitalms_reports": {"ending": "json", "version": "1"},
    "digitalms_synonyms": {"ending": "csv"},
    "digitalms_report_work": {"version": "1"},
    "digitalms_report_template": {"version": "0"},
    "digitalms_typeface": {"style": "normal"},
    "digitalms_source_work": {"work": "leeren"},
    "digitalms_desk": {"group": "updates"},
    "digitalms_visibility": {"work": "zurueckziehen"},
    "digitalms_recent": {"kind": "deleted_measure"},
    "digitalms_city": {"page": "kontakt", "language": "de"},
    "digitalms_theme": {"mark": "unknown"},
    "static": {"filename": "robots.txt"},
    "webassets": {"path": "x.css"},
    "home": {"path": "about"},
    "file": {"storage_name": "test", "location": "x", "token": "x"},
}


def fitting(rule: Rule, names: dict[str, str]) -> Arguments:
    """Return arguments that there are; one that nobody knows here fails."""
    blueprint = rule.endpoint.partition(".")[0]
    kinds = {**FITTING.get(blueprint, {}), **FITTING.get(rule.endpoint, {})}
    literal = {**LITERAL.get(blueprint, {}), **LITERAL.get(rule.endpoint, {})}
    told = {}
    for argument in rule.arguments - set(rule.defaults or ()):
        assert argument in kinds or argument in literal, f"{rule.rule}: what is {argument}?"
        told[argument] = literal.get(argument) or names[kinds[argument]]
    return told


def address(rule: Rule, told: Arguments) -> str:
    """Return the address of a rule with arguments; of none where the rule takes no such argument."""
    try:
        built = rule.build({**(rule.defaults or {}), **told}, append_unknown=False)
    except ValueError:
        built = None
    return "/" if built is None else built[1]
