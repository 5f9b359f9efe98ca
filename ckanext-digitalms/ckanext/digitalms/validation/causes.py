"""The causes of findings: a stable type, its label and what to do about it.

Types that frictionless has keep its names (``type-error``, ``missing-label``, ``primary-key`` …); a
``constraint-error`` is told apart by its constraint. The others are what frictionless does not look at:
the bytes before there is a table, and what only the catalogue knows.
"""

from __future__ import annotations

from enum import StrEnum

from ckanext.digitalms.messages import N_

ERROR, WARNING, QUESTION = "error", "warning", "question"


class Cause(StrEnum):
    """Why a finding is one."""

    label: str
    remedy: str
    severity: str

    def __new__(cls, value: str, label: str = "", remedy: str = "", severity: str = ERROR) -> Cause:
        """Make the member a plain string that carries its label, remedy and severity."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label, member.remedy, member.severity = label, remedy, severity
        return member

    # the file
    EMPTY_FILE = ("empty-file", N_("The file is empty"), N_("Deliver the table with its header and rows."))
    TOO_LARGE = ("too-large", N_("The file is too large"), N_("Split the table into several files."))
    TOO_MANY_ROWS = (
        "too-many-rows", N_("Too many rows"),
        N_("Split the table into several files, or ask those who run the catalogue to allow more rows."),
    )  # fmt: skip
    TOO_MANY_COLUMNS = (
        "too-many-columns", N_("Too many columns"),
        N_("Remove what is right of the table."),
    )  # fmt: skip
    NO_ROWS = ("no-rows", N_("There are no rows"), N_("Add the rows below the header."))
    NOT_A_TABLE = (
        "not-a-table", N_("The file is no table"),
        N_("Save the table as CSV, XLSX or JSON and deliver that file."),
    )  # fmt: skip
    ENCODING = (
        "encoding-error", N_("The encoding is broken"),
        N_("Save the file again as “CSV UTF-8”, or declare the encoding it has."),
    )  # fmt: skip
    DELIMITER = (
        "delimiter-error", N_("The delimiter does not fit"),
        N_("Declare the delimiter that the file has, or “auto”."),
    )  # fmt: skip
    QUOTE = (
        "quote-error", N_("A quotation mark is wrong"),
        N_("Close each quoted cell, and double quotation marks inside it."),
    )  # fmt: skip
    JSON_SYNTAX = ("json-error", N_("The JSON is broken"), N_("Let a program write the JSON."))
    JSON_PART = (
        "json-part", N_("A part of the JSON was read"),
        N_("Nothing, if this is the table; else deliver the list of its rows alone."), WARNING,
    )  # fmt: skip
    WHICH_FILE = (
        "which-file", N_("The archive has several tables"),
        N_("Name one of them, or hand it in alone."),
    )  # fmt: skip
    TABLE_PART = (
        "table-part", N_("One table of the file was read"),
        N_("Nothing, if this is the one that is meant; else choose another under “Sheet”."), WARNING,
    )  # fmt: skip
    PROTECTED = (
        "protected-file", N_("The workbook is protected by a password"),
        N_("Save the workbook without a password, or save the table as “CSV UTF-8”."),
    )  # fmt: skip
    XLSX_BROKEN = (
        "xlsx-error", N_("The workbook cannot be read"),
        N_("Open it in a spreadsheet program and save it as XLSX again."),
    )  # fmt: skip
    XLSX_BOMB = (
        "xlsx-bomb",
        N_("The workbook unpacks to too much"),
        N_("Copy the table into a new workbook and save that."),
    )
    OTHER_SHEETS = (
        "other-sheets", N_("Other sheets were not read"),
        N_("Choose the sheet on which the table stands."), WARNING,
    )  # fmt: skip
    HIDDEN = (
        "hidden-cells",
        N_("Something in the workbook is hidden"),
        N_("Nothing, if it is not meant for everybody; else show it in your program, or have it taken in."),
        WARNING,
    )
    MERGED = (
        "merged-cells", N_("Merged cells were filled"),
        N_("Nothing, if each of the rows has this value."), WARNING,
    )  # fmt: skip
    CELL_FORMAT = (
        "cell-format", N_("A form of numbers is not understood"),
        N_("Compare the numbers; if they differ from what you see, give the cells another form."), WARNING,
    )  # fmt: skip
    # the header
    MISSING_LABEL = ("missing-label", N_("A column is missing"), N_("Add the column."))
    EXTRA_LABEL = (
        "extra-label", N_("A column is not known"),
        N_("Nothing, if the column is meant for you; otherwise correct its title."), WARNING,
    )  # fmt: skip
    DUPLICATE_LABEL = ("duplicate-label", N_("A column occurs twice"), N_("Remove one of the two columns."))
    BLANK_LABEL = ("blank-label", N_("A column has no title"), N_("Give the column its title, or remove it."))
    RENAMED_LABEL = (
        "renamed-label", N_("A column was named"),
        N_("Nothing, if the name fits; otherwise correct the title."), WARNING,
    )  # fmt: skip
    LOST_ZERO = (
        "lost-zero",
        N_("A key seems to have lost its leading zero"),
        N_("Let the column be text in your program, so that the zero in front stays, and upload it again."),
        WARNING,
    )
    # the rows
    BLANK_ROW = ("blank-row", N_("A row is empty"), N_("Nothing; empty rows are left out."), WARNING)
    EXTRA_CELL = (
        "extra-cell",
        N_("A row has too many cells"),
        N_("Put text that contains the delimiter in quotation marks."),
    )
    MISSING_CELL = (
        "missing-cell",
        N_("A row has too few cells"),
        N_("Complete the row; an empty cell needs its delimiter too."),
    )
    PRIMARY_KEY = (
        "primary-key",
        N_("A row occurs twice"),
        N_("Keep one row for each measure and day."),
    )
    UNIQUE = (
        "unique-error",
        N_("A value occurs twice"),
        N_("Correct the value, or do not demand that each is there once."),
    )
    # the cells
    TYPE = (
        "type-error",
        N_("A value has the wrong form"),
        N_("Write the value in the form that is allowed."),
    )
    AMBIGUOUS = (
        "ambiguous-value",
        N_("A value can be read in two ways"),
        N_("Say how the column is written: the sign before decimals, or whether day or month comes first."),
    )
    REQUIRED = ("constraint-required", N_("A value is missing"), N_("Fill the cell."))
    ENUM = (
        "constraint-enum",
        N_("A value is not in the list"),
        N_("Use one of the values that are allowed."),
    )
    PATTERN = (
        "constraint-pattern",
        N_("A value has characters that are not allowed"),
        N_("Write the value as it stands in the catalogue."),
    )
    MINIMUM = ("constraint-minimum", N_("A value is too small"), N_("Correct the value."))
    MAXIMUM = ("constraint-maximum", N_("A value is too large"), N_("Correct the value."))
    LENGTH = ("constraint-maxLength", N_("A text is too long"), N_("Shorten the text."))
    SHORT = ("constraint-minLength", N_("A text is too short"), N_("Write the whole text."))
    CONTROL_CHARACTER = (
        "control-character",
        N_("A text has control characters"),
        N_("Remove the characters that cannot be seen."),
    )
    GARBLED = (
        "garbled-text",
        N_("Umlauts are garbled"),
        N_("Go back to the file in which they were right and save it as “CSV UTF-8”."),
    )
    SHEET_ERROR = (
        "spreadsheet-error",
        N_("A formula failed"),
        N_("Mend the formula, or write the value."),
    )
    FORMULA = (
        "formula-without-value",
        N_("A formula has no stored value"),
        N_("Open the workbook in a spreadsheet program, let it calculate, and save it."),
    )
    TOO_MANY_FINDINGS = (
        "too-many-findings",
        N_("There are more errors than can be listed"),
        N_("Mend what is listed, and deliver the table again."),
    )
    HEADER_ROW = (
        "header-row",
        N_("The row of the titles is another one"),
        N_("Name the row in which the titles of the columns stand, as your program numbers it, or “none”."),
    )
    NO_HEADER = (
        "no-header", N_("The first row may be no header"),
        N_("Nothing, if these are titles; else say that there is none, or in which row it is."), WARNING,
    )  # fmt: skip
    SURPLUS = (
        "surplus-rows", N_("Rows may be no data"),
        N_("Have them left out, or nothing if they belong to the table."), WARNING,
    )  # fmt: skip
    NEARLY_NUMBERS = (
        "nearly-numbers",
        N_("A column of numbers has something else in it, too"),
        N_("Correct the cells, or name the words for a missing value; nothing, if it is to be text."),
        WARNING,
    )
    NEARLY_DAYS = (
        "nearly-days", N_("A column of days has something else in it, too"),
        N_("Correct the cells, or name the words for a missing value; nothing, if it is to be text."),
        WARNING,
    )  # fmt: skip
    SEVERAL_FORMS = (
        "several-forms", N_("The days of a column are written in several ways"),
        N_("Write all days in the same way in your program; nothing, if it is to be text."), WARNING,
    )  # fmt: skip
    COLUMN_FORM = (
        "column-form",
        N_("How a column was read"),
        N_("Nothing, if this is what it says; else choose how the cells of the column are written."),
        WARNING,
    )
    TWO_READINGS = (
        "two-readings", N_("A column can be read in two ways"),
        N_("Choose how the cells of the column are written; until then it is text."), WARNING,
    )  # fmt: skip
    MISSING_WORD = (
        "missing-word", N_("Words stand for a missing value"),
        N_("Nothing, if each of these cells says nothing."), WARNING,
    )  # fmt: skip
    LEFT_OUT = (
        "left-out-rows", N_("Rows were left out"),
        N_("Nothing, if they are no data; else take them in again."), WARNING,
    )  # fmt: skip
    TITLE_ROWS = (
        "title-rows", N_("Lines above the table were left out"),
        N_("Nothing, if that row is the header; else delete the lines above the header."), WARNING,
    )  # fmt: skip
    # what only the catalogue knows
    UNKNOWN_MEASURE = (
        "unknown-measure",
        N_("A measure is not known"),
        N_("Correct the key, or create the measure first."),
    )
    FOREIGN_MEASURE = (
        "foreign-measure",
        N_("A measure belongs to another organisation"),
        N_("Remove the row, or ask the coordinator to deliver it."),
    )
    FUTURE = ("future-stand", N_("A Stand lies in the future"), N_("Enter a day up to today."))
    RULE = ("rule-error", N_("A row contradicts a rule"), N_("Change one of the two values."))

    # a table of ours that comes back
    WHICH_TABLE = (
        "which-table",
        N_("The table was not recognised"),
        N_("Say which table it is, or keep the columns as they were downloaded."),
    )
    UNKNOWN_COLUMN = (
        "unknown-column",
        N_("A column is not known to the table"),
        N_("Correct the title, or remove the column."),
    )
    DATE_READ = ("date-read", N_("A wording of a date was read"), N_(
        "Nothing, if these days are meant; else enter them in the columns “earliest” and “latest”."),
        WARNING)  # fmt: skip
    DATE_DIFFERS = ("date-differs", N_("Days and wording do not mean the same"), N_(
        "Nothing, if the days are right; else empty them or change the wording."),
        WARNING)  # fmt: skip
    DATE_UNCLEAR = ("date-unclear", N_("A wording of a date is not understood"), N_(
        "Enter the days that count in the columns “earliest” and “latest”; without them it stays open."),
        WARNING)  # fmt: skip
    COMPUTED = (
        "computed-value", N_("A computed value differs"),
        N_("Nothing; it is computed and is not written."), WARNING,
    )  # fmt: skip
    OLDER_STAND = (
        "older-stand", N_("A Stand is older than the present one"),
        N_("Nothing; the measure was stated anew since the file was made, and stays as it is."), WARNING,
    )  # fmt: skip
    UNKNOWN_KEY = (
        "unknown-key",
        N_("A row is not known"),
        N_("Correct the key, or leave it empty for a new row."),
    )
    NOT_CHANGED = (
        "not-changed",
        N_("Something cannot be changed here"),
        N_("Take the change out of the row."),
    )
    NOT_DELETED = (
        "not-deleted",
        N_("A row cannot be deleted"),
        N_("Empty the column “action”."),
    )
    CUT_TEXT = (
        "cut-text",
        N_("A text was cut off by the workbook"),
        N_("Change such a long text in CSV, in JSON or in the form."),
    )

    # what is known of coverage
    WRONG_TABLE = ("wrong-table", N_("It is another table"), N_("Deliver it as the kind that it is."))
    UNKNOWN_LABEL = (
        "unknown-label",
        N_("A column of figures was not recognised"),
        N_("Correct the title so that it names technology and speed, or remove the column."),
    )
    UNKNOWN_AREA = (
        "unknown-area",
        N_("An area is not known"),
        N_("Correct the key, or deliver with boundaries that hold the area."),
    )
    AREA_LEVEL = (
        "area-level",
        N_("Areas of several levels are mixed"),
        N_("Deliver municipalities and districts in tables of their own."),
    )
    NEAREST = (
        "nearest-format", N_("The known table that comes nearest"),
        N_("Deliver the table as its source publishes it, with its own header."), WARNING,
    )  # fmt: skip
    NOT_CARRIED = (
        "not-carried",
        N_("A technology is not carried"),
        N_("Nothing; its columns are left out, all others are taken over."),
        WARNING,
    )
    CUMULATIVE = (
        "cumulative-classes",
        N_("A faster class has larger shares than a slower one throughout"),
        N_("Look whether the titles of the two columns are exchanged, and deliver the table as published."),
    )
    BREAKS = (
        "cumulative-breaks",
        N_("Faster classes have larger shares than slower ones here and there"),
        N_("Confirm if the source publishes it so: the figures are taken over as they are."),
        QUESTION,
    )
    BREAK = (
        "cumulative-break",
        N_("Where a faster class has the larger share"),
        N_("Nothing, if the source publishes it so."),
        WARNING,
    )
    ROUNDED = (
        "rounded-share",
        N_("A share is a little more than 100 percent"),
        N_("Nothing, if the source rounds so; the share is kept as 100."),
        WARNING,
    )
    OVER = (
        "over-hundred",
        N_("Shares are more than 100 percent"),
        N_("Confirm if the source publishes it so: they are kept as 100."),
        QUESTION,
    )
    FRACTIONS = (
        "fractions",
        N_("The shares may be fractions of one"),
        N_("Confirm if 1 means 100 percent; else say that they are percent."),
        QUESTION,
    )
    SAME_FIGURES = (
        "same-figures",
        N_("Another edition has the same figures"),
        N_("Confirm if they have not changed; else look whether it is the file of the other edition."),
        QUESTION,
    )
    OTHER_EDITION = (
        "other-edition",
        N_("The table says another edition"),
        N_("State the edition that the table says, or choose the file of the edition that you mean."),
    )
    LEFT_OUT_AREAS = (
        "left-out-areas", N_("The table has areas that are not known here"),
        N_("Confirm that they are left out, or hand in boundaries that hold them, too."), QUESTION,
    )  # fmt: skip
    MISSING_AREA = (
        "missing-area", N_("An area is missing that was there before"),
        N_("Confirm that it is right, or deliver the table again with the area."), QUESTION,
    )  # fmt: skip
    JUMP = (
        "jump",
        N_("A share differs much from the edition before"),
        N_("Confirm that it is right, or deliver the table again with the right share."),
        QUESTION,
    )

    @classmethod
    def of_frictionless(cls, type_name: str, constraint: str | None) -> Cause:
        """Return the cause of an error of frictionless; raises :class:`ValueError` for an unknown one."""
        return cls(f"constraint-{constraint}" if constraint else type_name)
