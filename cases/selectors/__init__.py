"""What the pages of casework show. One module a page; each function is one query plan and hands out frozen values."""

from cases.selectors.attempts import reached_by_phone
from cases.selectors.audit import History, HistoryLine, history
from cases.selectors.counts import counts_by_place, counts_of
from cases.selectors.done import DoneCount, DoneEntry, count_done, done_today
from cases.selectors.many_cases import (
    CaseFilters,
    CaseListPage,
    CaseRow,
    case_list,
    case_rows,
    cases_matching,
    owners_for,
)
from cases.selectors.one_case import CasePage, CaseStep, case_page, undoable
from cases.selectors.owners import Owner, owner_name, owners_in_and_around
from cases.selectors.search import FoundPerson, find_people
from cases.selectors.today import Chip, TodayGroup, TodayPage, TodayRow, row_of_case, today_figures, today_page
