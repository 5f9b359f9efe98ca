"""What the description of the API says of actions that everybody may ask, and of their parameters."""

from __future__ import annotations

from collections.abc import Mapping

from ckanext.digitalms.messages import N_

__all__ = ["ANSWERS", "PARAMETERS", "SUMMARIES", "WAYS"]

SUMMARIES: Mapping[str, str] = {
    "digitalms_catalogue_change_list": N_("What changed day by day, as it was learnt, the newest first."),
    "digitalms_catalogue_figure_list": N_(
        "What the catalogue had in each month and how it was used, by nobody in particular."
    ),
    "digitalms_comparison_show": N_(
        "What changed between two days: new, finished, reached, late, moved, changed wording and more."
    ),
    "digitalms_council_reference_list": N_(
        "The council papers that public measures cite, by year and number."
    ),
    "digitalms_council_reference_parse": N_("Every reference to a council paper in a text, in any spelling."),
    "digitalms_council_reference_show": N_(
        "A council paper, its supplements, and the measures that cite them."
    ),
    "digitalms_city_text_show": N_("A page of the city's own, such as the imprint, as readers see it."),
    "digitalms_dcat_list": N_("Datasets and measures as DCAT-AP.de, 100 a page, as nodes of JSON-LD."),
    "digitalms_croissant_show": N_("One dataset with a table as Croissant 1.0, for machine learning."),
    "digitalms_dcat_show": N_("One dataset or measure as DCAT-AP.de, as nodes of JSON-LD."),
    "digitalms_date_read": N_("What a German wording of a date means: its days and how exact they are."),
    "digitalms_sitting_list": N_("When the council and its committees sit."),
    "digitalms_coverage_show": N_("Figures of broadband coverage by area, edition, technology and speed."),
    "digitalms_dataset_list": N_("The tables that offices have published."),
    "digitalms_dataset_version_list": N_(
        "The versions of a table that an office has published, newest first."
    ),
    "digitalms_measure_history": N_(
        "What was said of a measure and when, newest first, with what it changed."
    ),
    "digitalms_measure_list": N_(
        "The public measures in the order of the council's report, today or on a day."
    ),
    "digitalms_measure_show": N_("One public measure, today or on a day."),
    "digitalms_indicator_list": N_("The figures of all measures with their series and goals."),
    "digitalms_milestone_list": N_("The milestones of all measures: what was planned, what became of it."),
    "digitalms_release_diff": N_("How two releases of a table differ: rows added, changed and removed."),
    "digitalms_release_list": N_("The releases of a table, newest first, each with addresses that stay."),
    "digitalms_page_pdf": N_("A public measure, or the overview of all, as accessible PDF."),
    "digitalms_report_file": N_(
        "A file of a frozen report: HTML, JSON, a data package, and what else there is."
    ),
    "digitalms_report_list": N_("The frozen reports on the measures, newest day first."),
    "digitalms_report_show": N_("A frozen report: its newest version, or another."),
    "digitalms_table_plot": N_("The numbers of a plot of a table: a line, bars, or a map of areas."),
    "digitalms_table_rows": N_("Rows of a table: filtered, searched, sorted, some at a time."),
    "digitalms_search": N_(
        "Measures, tables, datasets, council papers, reports and pages by words, the obvious one first."
    ),
    "digitalms_search_propose": N_("What somebody may be typing, from what everybody may see."),
    "digitalms_source_list": N_("The sources of the data: how they are, and when they were read last."),
    "digitalms_synonym_list": N_("What words of the search mean besides themselves."),
    "digitalms_table_use_list": N_("Where a table is used: reports, papers, measures and pages."),
    "digitalms_table_list": N_("The open tables with their columns, their current release and its files."),
}

_PLACE = {
    "limit": N_("At most this many, up to 1000."),
    "offset": N_("Leave out so many before."),
    "cut_off_date": N_("As it was at the end of this day."),
    "known_at": N_("As it was known then: a day, of which the end counts, or a moment."),
}
# by name, or by action and name where it means something else there
PARAMETERS: Mapping[str, str] = {
    **_PLACE,
    "digitalms_page_pdf.id": N_("The measure's key; without it the overview."),
    "digitalms_report_file.id": N_("The report's name, such as bericht-2020."),
    "digitalms_report_show.id": N_("The report's name, such as bericht-2020."),
    "from_known_at": N_(
        "As the earlier day was known then, such as by its report; without it as “known_at”."
    ),
    "digitalms_dcat_list.page": N_("Which page, from 1."),
    "digitalms_croissant_show.id": N_("The dataset: its name or id."),
    "digitalms_dcat_show.id": N_("The dataset or measure: its name or id."),
    "fq": N_("Filters of the search, as package_search takes them."),
    "licenses": N_("Licences by the German list (de) or by that of the European Union (eu)."),
    "modified_since": N_("Only what was changed on this day or later."),
    "profile": N_("As the catalogue is (own), or with who delivers it to GovData (delivered)."),
    "only_head": N_("Only what is said of the report, without the report itself."),
    "draft": N_("With a token of a coordinator: the draft of now."),
    "format": N_("The form of the file: html, json, zip, and what “files” of a version tells."),
    "version": N_("A frozen version; without it the newest."),
    "after": N_("What the answer before says in “next”: the part that follows."),
    "as_of": N_("The day from which a wording without a year, or a relative one, counts."),
    "area_code": N_("The official key (AGS) of an area, such as 05515000."),
    "base": N_("What the share is of."),
    "before": N_("The earlier release; without it the one before the later one."),
    "body": N_("The council that the number belongs to; without it that of this city."),
    "customer": N_("Private or business customers."),
    "delayed": N_("Only delayed measures (true), or only the others (false)."),
    "edition": N_("Year and month of the data, such as 2019-06."),
    "id": N_("The measure's key, such as dms."),
    "include_figures": N_("Also each figure that changed, with definition, target and goals."),
    "include_coverage": N_("Also the figures of coverage that a measure is linked to."),
    "include_dataset": N_("Also contact and state of today."),
    "include_internal": N_("With a token: also what only you and your colleagues see."),
    "organisation": N_("Only of this organisation: its name, a former one, or its id."),
    "parent": N_("Only the parts of this measure."),
    "q": N_("Words, as in the search of the catalogue."),
    "reference": N_("A council paper in any spelling, such as V/0989/2017."),
    "since": N_("From this day on."),
    "until": N_("To this day."),
    "speed_mbit_s": N_("The class: at least this speed."),
    "status": N_("With this status; repeated, with one of several."),
    "table": N_("An open table, such as measures."),
    "technology": N_("A technology; all, whichever."),
    "text": N_("Running text of up to 200,000 characters."),
    "unpublished": N_("With a token: the newest Stand, also of a private measure."),
    "internal": N_("With a token: in place of the public ones those that only you and your colleagues see."),
    "language": N_("German (de) or English (en)."),
    "page": N_("Which page: imprint, privacy, accessibility, contact or about."),
    "digitalms_date_read.text": N_("The wording, such as “nach den Sommerferien 2019”."),
    "from": N_("The earlier day; its end counts."),
    "to": N_("The later day; without it today."),
    "kind": N_("Only this kind of change; repeated, one of several."),
    "measure": N_("Only changes of the measure with this key, such as dms."),
    "state": N_("In this state; repeated, in one of several."),
    "digitalms_milestone_list.since": N_("Only those due from this day on."),
    "digitalms_milestone_list.until": N_("Only those due by this day."),
    "digitalms_dataset_list.id": N_("Only this dataset: its id or name, or the name of its table."),
    "digitalms_dataset_version_list.id": N_("The dataset, or the name of its table."),
    "digitalms_search.q": N_("Words, “a phrase”, -without, a paper or a day in any spelling, a state."),
    "digitalms_search.kind": N_("Only of this kind; repeated, of one of several."),
    "digitalms_search.status": N_(
        "Only measures with this status, or delayed; repeated, with one of several."
    ),
    "digitalms_search.organisation": N_("Only of this organisation; repeated, of one of several."),
    "digitalms_search.format": N_("Only with files of this format; repeated, of one of several."),
    "topic": N_("Only with this keyword; repeated, with one of several."),
    "license": N_("Only under this licence (its id); repeated, under one of several."),
    "month": N_("Only of this month, such as 2026-11."),
    "figure": N_("Only this figure, such as format."),
    "year": N_("Only about this year; repeated, about one of several."),
    "sort": N_("By relevance or by title."),
    "digitalms_search_propose.q": N_("What is typed so far, two letters or more."),
    "digitalms_table_use_list.table": N_("An open table, or the name of a table of an office."),
    "columns": N_("Only these columns, in this order, separated by commas."),
    "filters": N_(
        "An object, as JSON, of columns and the value or the list of values that rows have; COLUMN.from, "
        "COLUMN.to, COLUMN.contains and COLUMN.not say more."
    ),
    "query": N_("The same as in the address of a download, behind the question mark."),
    "release_id": N_("A release of the table; without it the current one."),
    "plot": N_("A line, bars, or a map of areas."),
    "x": N_("The column whose values stand side by side."),
    "y": N_("The column of numbers that are put together; without it rows are counted."),
    "digitalms_table_plot.measure": N_("How numbers are put together."),
    "digitalms_table_plot.q": N_("Words that stand somewhere in the row."),
    "digitalms_table_plot.table": N_("A table: its name, or that of an office’s dataset."),
    "digitalms_table_rows.q": N_("Words that stand somewhere in the row."),
    "digitalms_table_rows.sort": N_(
        "Columns to sort by, separated by commas; with a minus from the last to the first."
    ),
    "digitalms_table_rows.table": N_("A table: its name, or that of an office’s dataset."),
    "digitalms_release_diff.after": N_("The later release; without it the current one."),
}

# of tables
WAYS: Mapping[str, str] = {
    "columns": N_("Only these columns, in this order, separated by commas."),
    "sort": N_("Columns to sort by, separated by commas; with a minus from the last to the first."),
    "limit": N_("At most so many rows."),
    "offset": N_("Leave out so many rows before."),
    "from": N_("From this value on."),
    "to": N_("Up to this value."),
    "contains": N_("This text stands in the cell, whatever the case."),
    "not": N_("None of these values; with nothing behind the sign: only rows that have one."),
    "q": N_("Words that stand somewhere in the row."),
    "stichtag": N_("As the table was at the end of this day; of coverage the editions up to its month."),
    "bekannt_am": N_("As it was known then: a day, of which the end counts, or a moment."),
}

ANSWERS: Mapping[int, str] = {
    200: N_("The answer."),
    304: N_("Nothing has changed since the ETag that was sent."),
    400: N_("A filter or a value that cannot be; the sentence says which."),
    403: N_("Not for who asks, or not without a token."),
    404: N_("There is no such thing; the sentence says what there is."),
    409: N_("A parameter that is not known or does not fit, with a sentence for each."),
    413: N_("More was sent than is read."),
    429: N_("Too often; Retry-After says how long to wait."),
}
