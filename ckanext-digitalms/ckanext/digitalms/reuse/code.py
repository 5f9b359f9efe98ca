"""Code that reads a part of a table: for a shell, Python, R and Excel (Power Query, the language M).

Each language writes a text in its own way, so that no name and no value of a table can end the text that it
stands in. Types come from the Table Schema: a key such as 05515000 stays a text.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ckanext.digitalms.messages import N_

__all__ = ["Code", "curl", "m_text", "power_query", "python", "r", "r_text", "written"]

Fields = Sequence[Mapping[str, Any]]

_PANDAS = {"integer": "Int64", "number": "float64", "boolean": "boolean"}
_MOMENTS = frozenset({"date", "datetime"})
_R = {
    "integer": "col_double()",
    "number": "col_double()",
    "boolean": "col_logical()",
    "date": "col_date()",
    "datetime": "col_datetime()",
}
_M = {
    "integer": "Int64.Type",
    "number": "type number",
    "boolean": "type logical",
    "date": "type date",
    "datetime": "type datetimezone",
}
_M_FORM = '[Delimiter = ",", Encoding = 65001, QuoteStyle = QuoteStyle.Csv]'


@dataclass(frozen=True)
class Code:
    """A piece of code.

    Args:
        name: of the language, for its place on a page.
        title: what it is for.
        text: the code.
    """

    name: str
    title: str
    text: str


def written(csv: str, file: str, fields: Fields, api: str = "") -> list[Code]:
    """Return code for the rows at an address.

    Args:
        csv: the address of the CSV file, with its filter.
        file: the name under which it is kept.
        fields: of the Table Schema, those that the file has.
        api: the address of the same rows as the API gives them; empty for none.
    """
    asked = [Code("api", N_("API (curl, JSON)"), f"curl -sf {shlex.quote(api)}")] if api else []
    make: Mapping[str, tuple[str, Callable[[str, Fields], str]]] = {
        "python": ("Python (pandas)", python),
        "r": ("R (readr)", r),
        "m": (N_("Excel, Power BI (Power Query)"), power_query),
    }
    others = [Code(name, title, write(csv, fields)) for name, (title, write) in make.items()]
    return [*asked, Code("curl", N_("File (curl)"), curl(csv, file)), *others]


def curl(address: str, file: str) -> str:
    """Return the line of a shell that keeps a file."""
    return f"curl -sfL {shlex.quote(address)} -o {shlex.quote(file)}"


def python(address: str, fields: Fields) -> str:
    """Return Python that reads a CSV file with pandas."""
    types = {one["name"]: _PANDAS.get(one["type"], "string") for one in fields if one["type"] not in _MOMENTS}
    days = [one["name"] for one in fields if one["type"] in _MOMENTS]
    lines = [
        "import pandas as pd",
        "",
        "table = pd.read_csv(",
        f"    {str(address)!a},",
        f"    dtype={{{', '.join(f'{name!a}: {kind!a}' for name, kind in types.items())}}},",
        f"    parse_dates=[{', '.join(map(ascii, days))}],",
        # an empty cell is nothing, and the word NA is a word
        '    na_values=[""],',
        "    keep_default_na=False,",
        ")",
        "print(table)",
    ]
    return "\n".join(lines)


def r(address: str, fields: Fields) -> str:
    """Return R that reads a CSV file with readr."""
    types = [f"    {r_text(one['name'])} = {_R.get(one['type'], 'col_character()')}" for one in fields]
    return "\n".join(
        [
            "library(readr)",
            "",
            "table <- read_csv(",
            f"  {r_text(address)},",
            '  na = "",',
            "  col_types = cols(",
            ",\n".join(types),
            "  )",
            ")",
            "print(table)",
        ]
    )


def power_query(address: str, fields: Fields) -> str:
    """Return M that reads a CSV file; numbers and days are read as they stand there, whatever the country."""
    types = ", ".join(f"{{{m_text(one['name'])}, {_M.get(one['type'], 'type text')}}}" for one in fields)
    return "\n".join(
        [
            "let",
            f"    Source = Csv.Document(Web.Contents({m_text(address)}), {_M_FORM}),",
            "    Headers = Table.PromoteHeaders(Source, [PromoteAllScalars = true]),",
            "    Names = Table.ColumnNames(Headers),",
            '    Empty = Table.ReplaceValue(Headers, "", null, Replacer.ReplaceValue, Names),',
            f'    Typed = Table.TransformColumnTypes(Empty, {{{types}}}, "en-US")',
            "in",
            "    Typed",
        ]
    )


def r_text(text: str) -> str:
    r"""Return a text as R writes it; R knows no NUL, and writes what is no plain letter as ``\u{…}``."""
    return '"' + "".join(map(_r_letter, text.replace("\x00", ""))) + '"'


def _r_letter(letter: str) -> str:
    if letter in '\\"':
        return f"\\{letter}"
    if letter.isprintable():
        return letter
    return f"\\u{{{ord(letter):x}}}" if ord(letter) <= 0xFFFF else f"\\U{{{ord(letter):x}}}"


def m_text(text: str) -> str:
    """Return a text as M writes it: a quote twice, ``#(`` and what is no plain letter by its number."""
    parts = ("".join(map(_m_letter, part)) for part in text.split("#("))
    return '"' + "#(#)(".join(parts) + '"'


def _m_letter(letter: str) -> str:
    if letter == '"':
        return '""'
    if letter.isprintable():
        return letter
    return f"#({ord(letter):04X})" if ord(letter) <= 0xFFFF else f"#({ord(letter):08X})"
