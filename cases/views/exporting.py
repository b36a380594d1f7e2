"""The list of cases as a file."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_safe

from areas.ranges import Level, code_at
from areas.selectors import place_name
from cases import selectors
from cases.forms import CaseFilter
from cases.selectors import CaseRow
from cases.views import filters as f
from cases.views.addresses import filters_of
from kit import said
from kit.days import local_day
from kit.spreadsheets import Column, as_xlsx
from staff.decorators import staff_required
from staff.network import address_of
from staff.services import log_export
from workers.policies import check_can_list_records

LIST_OF_CASES = said.known(gettext_lazy("list of cases"))


@staff_required(check_can_list_records)
@require_safe
def case_list_xlsx(request):
    """Everything that fits the filters, and everybody in it stands in the log of who saw what."""
    now = timezone.now()
    filters = filters_of(CaseFilter(request.GET), request.session)
    area = f.chosen_area(request.user, filters.area_code)
    rows = selectors.case_rows(filters, user=request.user, today=local_day(now))
    seen = ((row.worker_id, cells(row)) for row in rows)
    logged = log_export(seen, user=request.user, at=now, reason=LIST_OF_CASES, ip=address_of(request))
    name, title = pgettext("of many workers", "Cases"), f.words_of(filters, area, "")
    return as_xlsx(name, columns(), logged, where=area, title=title, by=request.user, at=now)


def columns() -> list[Column]:
    return [
        Column(_("Name"), 12), Column(_("Sex"), 6), Column(_("Age"), 6), Column(_("Township")), Column(_("Village")),
        Column(_("Phone tail"), 10), Column(_("State"), 10), Column(_("Next step"), 14), Column(_("Why"), 40),
        Column(_("Time limit"), 18), Column(_("Overdue"), 8), Column(pgettext("of people", "Group"), 14),
        Column(_("Level"), 12), Column(_("Responsible"), 12), Column(_("In this state since"), 18),
        Column(_("Flagged on"), 18),
    ]  # fmt: skip


def cells(row: CaseRow) -> list:
    township = code_at(row.area_id, Level.TOWNSHIP)
    return [
        row.name, row.sex, row.age, place_name(township), row.place if township != row.area_id else "",
        row.phone_tail, row.state, row.step, row.reason, row.due_at, _("yes") if row.is_overdue else "", row.group,
        row.level, row.owner, row.state_since, row.opened_at,
    ]  # fmt: skip
