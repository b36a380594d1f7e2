"""Rosters as no office ever sent one, made by a seed: the same seed makes the same.

A table of people is first put in disorder cell by cell, then written as one kind of file or another, then damaged as a
file. Often only one of these happens, so that much of the file is still read.
"""

import csv
import io
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from tests.fuzz.absurd import Absurd, rosters
from tests.workers.rosters import HEADINGS
from tests.workers.strange_rows import ODD, POOLS, SHEETS, strange_rows
from tests.workers.test_import_extents import CELL, NOTHING, ROW, an_ods

Grid = list[list[str]]
MOST_ROWS = 14
LONG = "长" * 33_000
"""More than a cell of Excel holds, and than a piece of a CSV has."""
USUAL, STRANGE = (
    ("utf-8", "utf-8-sig", "gb18030", "gb18030", "utf-16"),
    ("utf-16-le", "utf-16-be", "big5", "cp1252", "utf-7"),
)
TITLES = ("2026年农村劳动力务工情况统计表", "填表单位：猫场镇", "", "单位：元")
FOOTS = (["合计", "", "3"], ["本页小计"], ["填表人：王芳", "13812345678"], ["备注：外出人员"], [""], ["", "", ""])
HEADS = (
    "姓 名", "姓名*", "户主姓名", "身份\n证号", "公民身份号码", "电话", "联系方式", "家庭住址", "", "姓名姓名", "NAME",
    "紧急联系人电话", "Ｎａｍｅ", "备注", "序号", "身份证号（18位）", "姓\u200b名",
)  # fmt: skip
NOT_CELLS = (
    "\x00",
    "a\x00b",
    "\x1a",
    '"',
    '""',
    '"x',
    'x"y',
    "a\rb",
    "a\nb",
    "a\r\nb",
    ",,,",
    "\t",
    ";",
    "\u2028",
    LONG,
)


class Mutated(Absurd):
    """Draws one file after the other."""

    def roster(self) -> bytes:
        if self.chance.random() < 0.12:
            return self.file(self.chance.choice(rosters()))
        grid = self._table()
        for _each in range(self.chance.choice((0, 0, 1, 1, 2, 4))):
            self.chance.choice(self._disorders())(grid)
        content = self.chance.choice((self._as_csv, self._as_csv, self._as_xlsx, self._as_xlsx, self._as_ods))(grid)
        return self.file(content) if self.chance.random() < 0.2 else content

    def _table(self) -> Grid:
        rows = strange_rows(
            self.chance.randrange(10**6), self.chance.randrange(MOST_ROWS), strange=self.chance.choice((0, 0.03, 0.2))
        )
        names = list(rows[0].headings) if rows else list(self.chance.choice(SHEETS))
        people = [[row.cell(name).text for name in names] for row in rows]
        above = [[title] for title in TITLES[: self.chance.choice((0, 0, 1, 3))]]
        return [*above, [HEADINGS[name] for name in names], *people]

    def _disorders(self) -> tuple[Callable[[Grid], None], ...]:
        return (
            self._move_row, self._double_row, self._lose_row, self._move_cells, self._other_cell, self._other_cell,
            self._other_heading, self._swap_headings, self._two_tables, self._feet, self._empty_rows, self._shift,
            self._lose_heading,
        )  # fmt: skip

    def _place(self, grid: Grid) -> int:
        return self.chance.randrange(len(grid)) if grid else 0

    def _move_row(self, grid: Grid) -> None:
        if grid:
            grid.insert(self._place(grid), grid.pop(self._place(grid)))

    def _double_row(self, grid: Grid) -> None:
        if grid:
            grid[self._place(grid) : 0] = [list(grid[self._place(grid)])] * self.chance.choice((1, 1, 3))

    def _lose_row(self, grid: Grid) -> None:
        if grid:
            del grid[self._place(grid)]

    def _move_cells(self, grid: Grid) -> None:
        """Of one row to the right or the left, as by a comma too many or too few."""
        if grid and (row := grid[self._place(grid)]):
            at = self.chance.randrange(len(row))
            row[at : at + self.chance.randrange(2)] = [""] * self.chance.randrange(3)

    def _other_cell(self, grid: Grid) -> None:
        if grid and (row := grid[self._place(grid)]):
            at, kind = self.chance.randrange(len(row)), self.chance.random()
            if kind < 0.3:
                row[at] = self.chance.choice(NOT_CELLS)
            elif kind < 0.6:
                row[at] = self.chance.choice(self.chance.choice(list(POOLS.values())))
            elif kind < 0.8:
                row[at] = f"{row[at]}{self.chance.choice(ODD)}"
            else:
                row[at] = self.value()[:40_000]

    def _heading(self, grid: Grid) -> list[str]:
        return max(grid[:5], key=lambda row: sum(cell in HEADINGS.values() for cell in row), default=[])

    def _other_heading(self, grid: Grid) -> None:
        if heading := self._heading(grid):
            heading[self.chance.randrange(len(heading))] = self.chance.choice(HEADS)

    def _swap_headings(self, grid: Grid) -> None:
        if heading := self._heading(grid):
            one, other = self.chance.randrange(len(heading)), self.chance.randrange(len(heading))
            heading[one], heading[other] = heading[other], heading[one]

    def _lose_heading(self, grid: Grid) -> None:
        heading = self._heading(grid)
        heading[:] = [self.chance.choice(HEADS) for _each in heading]

    def _two_tables(self, grid: Grid) -> None:
        grid += self._table()

    def _feet(self, grid: Grid) -> None:
        grid.append(list(self.chance.choice(FOOTS)))

    def _empty_rows(self, grid: Grid) -> None:
        grid[self._place(grid) : 0] = [[] for _each in range(self.chance.choice((1, 2, 60)))]

    def _shift(self, grid: Grid) -> None:
        """The whole table to the right."""
        for row in grid:
            row[:0] = [""]

    def _as_csv(self, grid: Grid) -> bytes:
        out = io.StringIO(newline="")
        ends, quotes = self.chance.choice(("\r\n", "\n", "\r")), self.chance.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
        writer = csv.writer(out, delimiter=self.chance.choice(",,,\t;"), lineterminator=ends, quoting=quotes)
        writer.writerows(grid)
        text = out.getvalue()
        for _each in range(self.chance.choice((0, 0, 0, 1, 3))):
            at = self.chance.randrange(len(text) + 1)
            text = text[:at] + self.chance.choice('"""\r\n,;\t\x00\x1a') + text[at + self.chance.randrange(2) :]
        known = USUAL if self.chance.random() < 0.85 else STRANGE
        encodings = [self.chance.choice(known) for _each in range(self.chance.choice((1, 1, 1, 1, 1, 2)))]
        length = len(text) // len(encodings) + 1
        parts = (text[start : start + length] for start in range(0, len(text), length))
        return b"".join(part.encode(encoding, "ignore") for part, encoding in zip(parts, encodings, strict=False))

    def _as_xlsx(self, grid: Grid) -> bytes:
        workbook = Workbook()
        self._fill(workbook.active, grid)
        for number in range(self.chance.choice((0, 0, 0, 1, 3))):
            title = self.chance.choice((f"表{number}", "王芳 13812345678", " ", "a!1–2", "=1"))
            worksheet = workbook.create_sheet(title)
            worksheet.sheet_state = self.chance.choice(("visible", "visible", "hidden", "veryHidden"))
            self._fill(worksheet, self.chance.choice((grid, self._table(), [], [["说明", "一人一行"]])))
        *hidden, last = workbook.worksheets
        if hidden and self.chance.random() < 0.1:
            hidden[0].sheet_state, last.sheet_state, workbook.active = "hidden", "visible", last
        out = io.BytesIO()
        workbook.save(out)
        return out.getvalue()

    def _fill(self, worksheet, grid: Grid) -> None:
        for row in grid:
            worksheet.append([self._typed(ILLEGAL_CHARACTERS_RE.sub("", cell)[:32_767]) for cell in row])
        width, length = max(map(len, grid), default=0), len(grid)
        for _each in range(self.chance.choice((0, 0, 1, 2)) if width and length else 0):
            top, left = self.chance.randrange(length) + 1, self.chance.randrange(width) + 1
            bottom, right = top + self.chance.choice((0, 1, 3, 500)), left + self.chance.choice((0, 0, 0, 2))
            worksheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
        if self.chance.random() < 0.1:
            worksheet.row_dimensions[self.chance.randrange(MOST_ROWS) + 1].hidden = True
            worksheet.column_dimensions[self.chance.choice("ABCD")].hidden = True

    def _typed(self, text: str):
        kind = self.chance.random()
        if kind < 0.8:
            return text
        if kind < 0.9 and text.isascii() and text.isdigit():
            return int(text[:300])
        if kind < 0.93:
            day = date(1900, 1, 1) + timedelta(self.chance.randrange(200_000))
            return self.chance.choice((day, datetime.combine(day, time(23, 59)), True, 1.5e300, timedelta(400), 0.1))
        return text

    def _as_ods(self, grid: Grid) -> bytes:
        def cell(text: str) -> str:
            if self.chance.random() < 0.03:
                return NOTHING.format(self.chance.choice((0, 2, -1, 70)))
            words = ILLEGAL_CHARACTERS_RE.sub("", text).replace("&", "").replace("<", "")
            repeated = self.chance.choice((2, 3, 0)) if self.chance.random() < 0.02 else 1
            return CELL.format(f' table:number-columns-repeated="{repeated}"' if repeated != 1 else "", words)

        def row(cells: list[str]) -> str:
            repeated = self.chance.choice((2, 30, 0)) if self.chance.random() < 0.05 else 1
            is_hidden = ' table:visibility="filter"' if self.chance.random() < 0.05 else ""
            told = f' table:number-rows-repeated="{repeated}"' if repeated != 1 else ""
            return ROW.format(told + is_hidden, "".join(map(cell, cells)))

        return an_ods(*map(row, grid))
