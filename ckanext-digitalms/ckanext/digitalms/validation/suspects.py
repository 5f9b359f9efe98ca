"""The rows of a table that a query finds suspect: what is surely wrong with each, or that it is unsure."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from frictionless.resources import TableResource

from ckanext.digitalms import duck

from . import cells as loading
from .compiled import CauseName
from .references import Reference, own_fields, references
from .scan import Scan, scan

UNIQUE, PRIMARY_KEY, FOREIGN_KEY = "unique-error", "primary-key", "foreign-key"
UNSURE, DECIDED, PARTNER = "unsure", "decided", "partner"
# the truth of so many rules fits in one number of 64 bits
_BITS = 60


class Suspects:
    """Suspect rows of one table, held in DuckDB; made by :meth:`find`.

    Attributes:
        scan: the table.
        references: its foreign keys.
    """

    def __init__(self, database: duck.Connection, scanned: Scan, refer: Sequence[Reference]) -> None:
        self.database, self.scan, self.references = database, scanned, refer

    @classmethod
    def find(cls, database: duck.Connection, resource: TableResource, *, is_copied: bool) -> Suspects:
        """Find the suspect rows of a resource.

        Args:
            database: an empty one.
            resource: the table.
            is_copied: whether DuckDB has failed to read the file itself.

        Raises:
            NotExpressibleError: the query cannot judge the table.
            frictionless.FrictionlessException: it cannot be opened.
            UnicodeDecodeError: it is not in its encoding.
        """
        cells = loading.load(database, resource, is_copied=is_copied)
        names = cells.schema.field_names
        unique = [field.name for field in cells.schema.fields if field.constraints.get("unique")]
        key = cells.schema.primary_key if set(cells.schema.primary_key) <= set(names) else []
        kept = {*unique, *key, *own_fields(resource)}
        scanned = scan(database, cells, "scanned", [name for name in names if name in kept])
        found = cls(database, scanned, references(database, resource, scanned, is_copied=is_copied))
        database.execute("CREATE TABLE wrong (n BIGINT, cause VARCHAR, partner BIGINT)")
        for name in unique:
            found._check_key([name], UNIQUE)
        if key:
            found._check_key(key, PRIMARY_KEY)
        for reference in found.references:
            found._insert(f"SELECT n, {duck.literal(FOREIGN_KEY)}, NULL FROM ({reference.broken()})")  # noqa: S608 - our own
        found._fetch(key)
        found._check_cells(key)
        return found

    @property
    def rows(self) -> int:
        """How many rows the table has."""
        return self._number(f"SELECT count(*) FROM {self.scan.table}")  # noqa: S608 - our own name

    def choose(self, shown: int) -> None:
        """Choose the rows that frictionless words: unsure ones, the first of each cause, and their partners.

        Args:
            shown: how many of each cause.
        """
        self.database.execute(
            "CREATE TABLE chosen AS SELECT n, 'unsure' AS role FROM unsure UNION ALL "
            "SELECT DISTINCT n, 'decided' FROM (FROM decided QUALIFY "
            "row_number() OVER (PARTITION BY cause ORDER BY n) <= ?)",
            [shown],
        )
        own = [
            f"SELECT n FROM {reference.rows}"  # noqa: S608 - our own name
            for reference in self.references
            if reference.is_own
        ]
        partners = " UNION ".join(["SELECT partner FROM wrong JOIN chosen USING (n)", *own])
        self.database.execute(
            f"INSERT INTO chosen SELECT partner, 'partner' FROM ({partners}) "  # noqa: S608 - our own names
            "WHERE partner IS NOT NULL AND partner NOT IN (SELECT n FROM chosen)"
        )

    def chosen(self) -> Iterator[tuple[int, str, list[str | None]]]:
        """Give number, role and cells of each chosen row, in their order."""
        names = ", ".join(self.scan.cells.columns)
        found = self.database.cursor().execute(
            f"SELECT n, role, odd, {names} FROM fetched JOIN chosen USING (n) ORDER BY n"  # noqa: S608 - our own names
        )
        while rows := found.fetchmany(1000):
            for number, role, odd, *cells in rows:
                yield number, role, json.loads(odd) if odd is not None else cells

    def causes(self) -> dict[int, Counter[CauseName]]:
        """Give what is wrong with each row that was chosen for what is surely wrong with it."""
        found = self.database.execute(
            "SELECT n, cause FROM decided WHERE n IN (SELECT n FROM chosen WHERE role = 'decided')"
        )
        causes: dict[int, Counter[CauseName]] = defaultdict(Counter)
        for number, cause in found.fetchall():
            causes[number][cause] += 1
        return causes

    def counts(self) -> Counter[CauseName]:
        """Count what is surely wrong in rows that are not unsure."""
        asked = "SELECT cause, count(*) FROM decided GROUP BY cause"
        return Counter(dict(self.database.execute(asked).fetchall()))

    def _number(self, asked: str) -> int:
        return int(self.database.execute(asked).fetchall()[0][0])

    def _insert(self, chosen: str) -> None:
        self.database.execute(f"INSERT INTO wrong {chosen}")

    def _check_key(self, names: Sequence[str], cause: CauseName) -> None:
        keys = self.scan.keys(names)
        listed = ", ".join(keys)
        same = " AND ".join(f"a.{key} IS NOT DISTINCT FROM b.{key}" for key in keys)
        parts = ", ".join(f"a.{key}" for key in keys)
        self._insert(
            f"WITH repeated AS (SELECT {listed} FROM {self.scan.table} "  # noqa: S608 - our own names
            f"WHERE NOT {self.scan.nothing(names)} GROUP BY {listed} HAVING count(*) > 1) "
            f"SELECT n, {duck.literal(cause)}, earlier FROM (SELECT a.n, "
            f"lag(a.n) OVER (PARTITION BY {parts} ORDER BY a.n) AS earlier "
            f"FROM {self.scan.table} a JOIN repeated b ON {same}) WHERE earlier IS NOT NULL"
        )

    def _fetch(self, key: Sequence[str]) -> None:
        """Read the cells of all rows that may be worded, in a second pass if there are any."""
        no_key = f" OR {self.scan.nothing(key)}" if key else ""
        suspect = f"SELECT n FROM {self.scan.table} WHERE suspect{no_key} UNION SELECT n FROM wrong"  # noqa: S608 - our own
        needed = [suspect, "SELECT partner FROM wrong"]
        for reference in self.references:
            reference.choose(self.database, suspect)
            needed += [f"SELECT n FROM {reference.rows}"] if reference.is_own else []  # noqa: S608 - our own name
        self.database.execute(f"CREATE TABLE needed AS {' UNION '.join(needed)}")
        has_any = self._number("SELECT count(*) FROM needed")
        some = "n IN (SELECT n FROM needed)" if has_any else "false"
        self.database.execute(f"CREATE TABLE fetched AS FROM {self.scan.cells.source} WHERE {some}")

    def _check_cells(self, key: Sequence[str]) -> None:
        rules = self.scan.rules.values()
        blank = " AND ".join(rule.missing for rule in rules)
        doubts = [rule.unsure for rule in rules if rule.unsure != "false"]
        no_key = [" AND ".join(f"({self.scan.rules[name].value}) IS NULL" for name in key)] if key else []
        unsure = " OR ".join(["odd IS NOT NULL", *(f"({one})" for one in (blank, *doubts, *no_key))])
        causes = [(cause, sql) for rule in rules for cause, sql in rule.wrong.items()]
        blocks = [causes[at : at + _BITS] for at in range(0, len(causes), _BITS)]
        masks = [
            " + ".join(f"CASE WHEN {sql} THEN {1 << bit} ELSE 0 END" for bit, (_, sql) in enumerate(block))
            for block in blocks
        ]
        shown = ", ".join(f"CAST({mask} AS BIGINT) AS m{place}" for place, mask in enumerate(masks))
        self.database.execute(
            f"CREATE TABLE judged AS SELECT n, ({unsure}) AS unsure, {shown} FROM fetched;"  # noqa: S608 - our own
            "CREATE TABLE unsure AS SELECT n FROM judged WHERE unsure;"
            "CREATE VIEW decided AS SELECT n, cause FROM wrong WHERE n NOT IN (SELECT n FROM unsure)"
        )
        for place, block in enumerate(blocks):
            for bit, (cause, _) in enumerate(block):
                self._insert(
                    f"SELECT n, {duck.literal(cause)}, NULL FROM judged WHERE (m{place} >> {bit}) & 1 = 1"  # noqa: S608 - our own
                )
