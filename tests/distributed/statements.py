"""Which statements would go to one county's machine, and which would ask all of them: read from their words.

A statement about a distributed table that compares an area code says its county, or a range of counties. One that comes
by a key alone does not, since a key of a person says nothing of where they live. What is inserted finds its county by
itself. This is a look at words, and no plan of any engine.
"""

import re
from collections import Counter

from tests.distributed.county import DISTRIBUTED

TABLE = re.compile(r'(?:FROM|JOIN|UPDATE)\s+"?([a-z_]+)"?', re.IGNORECASE)
BY_AREA = re.compile(r'"?area_code"?\s*(?:=|>=|<=|>|<|IN\b|BETWEEN)', re.IGNORECASE)
INTO = re.compile(r'INSERT INTO "?([a-z_]+)"?')
CONFLICT = re.compile(r"ON CONFLICT ?\(([^)]+)\)")
LISTS = re.compile(r"\((?:%s|\d+)(?:, ?(?:%s|\d+))*\)")


class Heard:
    """Every kind of statement once, by the first distributed table that it is about. `conflicts` are the unique rules
    that statements name to say what shall happen to a row that is there: they are let name the county."""

    def __init__(self):
        self.by_area: dict[str, str] = {}
        self.by_key: dict[str, str] = {}
        self.conflicts: set[str] = set()

    def __call__(self, execute, sql, params, many, context):
        self.listen(str(sql))
        return execute(self.with_county(sql), params, many, context)

    def with_county(self, sql):
        into = INTO.search(str(sql))
        if not into or into[1] not in DISTRIBUTED or not (named := CONFLICT.search(str(sql))):
            return sql
        self.conflicts.add(f"{into[1]} ({named[1]})")
        return CONFLICT.sub(r"ON CONFLICT (county, \1)", str(sql))

    def listen(self, sql: str) -> None:
        about = [table for table in TABLE.findall(sql) if table in DISTRIBUTED]
        if not about or sql.lstrip().upper().startswith(("INSERT", "COPY", "CREATE", "ALTER")):
            return
        kind = LISTS.sub("(…)", sql)
        (self.by_area if BY_AREA.search(sql) else self.by_key)[kind] = about[0]

    def as_markdown(self) -> str:
        by_area, by_key = Counter(self.by_area.values()), Counter(self.by_key.values())
        lines = [f"| `{name}` | {by_area[name]} | {by_key[name]} |" for name in sorted({*by_area, *by_key})]
        whole = f"| together | {by_area.total()} | {by_key.total()} |"
        named = [f"ON CONFLICT: {each}" for each in sorted(self.conflicts)]
        return "\n".join(
            ["| begins at | compares an area | by a key alone |", "|---|---|---|", *lines, whole, "", *named]
        )


HEARD = Heard()
"""Of the whole run."""
