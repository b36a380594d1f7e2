"""Rows of a file that no verdict is about: titles, totals, what is hidden, worksheets without headings."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from workers.imports.tables import NOT_A_PERSON, Roster

HIDDEN_ROW, HIDDEN_WORKSHEET, IGNORED_WORKSHEET = "hidden_row", "hidden_worksheet", "ignored_worksheet"
WHY = NOT_A_PERSON | {
    HIDDEN_ROW: _("The row is hidden and was left out."),
    HIDDEN_WORKSHEET: _("The sheet is hidden and was left out."),
    IGNORED_WORKSHEET: _("The sheet has no heading row and was not read."),
}
RUN = re.compile(r"(\d+)–(\d+)$")


@dataclass(frozen=True)
class LeftOut:
    """`label` names a row or several that follow each other: 3–7, or 2024!1–12. `why` is a key of WHY."""

    label: str
    why: str

    @property
    def words(self) -> str:
        return str(WHY[self.why])

    @property
    def worksheet(self) -> str:
        return self.label.rpartition("!")[0]

    @property
    def rows(self) -> int:
        run = RUN.search(self.label)
        return int(run[2]) - int(run[1]) + 1 if run else 1


def left_out_of(roster: Roster) -> list[LeftOut]:
    """Every row of the file that is neither a heading nor has a verdict."""
    return [
        *([] if roster.takes_hidden else hidden_of(roster)),
        *(_whole(name, IGNORED_WORKSHEET, roster) for name in roster.ignored_worksheets),
        *_runs(roster.passed_over),
    ]


def hidden_of(roster: Roster) -> list[LeftOut]:
    """Also when it was taken in."""
    rows = ((label, HIDDEN_ROW) for label in roster.hidden_rows)
    return [*(_whole(name, HIDDEN_WORKSHEET, roster) for name in roster.hidden_worksheets), *_runs(rows)]


def _whole(worksheet: str, why: str, roster: Roster) -> LeftOut:
    return LeftOut(f"{worksheet}!1–{roster.lengths[worksheet]}", why)


def _runs(labels: Iterable[tuple[str, str]]) -> list[LeftOut]:
    """Rows that follow each other for the same reason as one: a sheet may end with a thousand blank ones."""
    runs: list[tuple[str, str, str]] = []
    for label, why in labels:
        first, last, reason = runs[-1] if runs else ("", "", "")
        if reason == why and _next_label(last) == label:
            runs[-1] = (first, label, why)
        else:
            runs.append((label, label, why))
    return [LeftOut(first if first == last else f"{first}–{last.rpartition('!')[2]}", why) for first, last, why in runs]


def _next_label(label: str) -> str:
    worksheet, mark, number = label.rpartition("!")
    return f"{worksheet}{mark}{int(number) + 1}"
