"""Employers and posts as files. Nobody who looks for work is in them."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from areas.selectors import full_name
from jobs import selectors
from jobs.forms import VacancyFilter
from kit.days import local_day
from kit.filters import SearchForm
from kit.spreadsheets import Column, as_xlsx, every_page
from staff.decorators import staff_required
from workers.policies import check_can_list_records


@staff_required(check_can_list_records)
@require_safe
def vacancies_xlsx(request):
    form, today = VacancyFilter(request.GET), local_day(timezone.now())
    found = every_page(lambda after: selectors.vacancy_page(form.chosen, today, after=after), lambda page: page.rows)
    columns = [
        Column(_("Employer"), 30), Column(_("Post"), 20), Column(_("Place of work"), 28), Column(_("People wanted")),
        Column(_("Filled")), Column(_("Lowest wage")), Column(_("Highest wage")), Column(_("Youngest age")),
        Column(_("Oldest age")), Column(_("Open from")), Column(_("Open until")), Column(_("State")),
    ]  # fmt: skip
    rows = (
        [post.employer, post.title, row.place, post.headcount, post.filled, post.wage_low, post.wage_high,
         post.age_min, post.age_max, post.open_from, post.open_until,
         pgettext("a post", "Open") if row.is_open else pgettext("a post", "Closed")]
        for row in found for post in [row.vacancy]
    )  # fmt: skip
    return as_xlsx(_("Vacancies"), columns, rows, by=request.user, at=timezone.now())


@staff_required(check_can_list_records)
@require_safe
def employers_xlsx(request):
    form = SearchForm(request.GET)
    found = every_page(lambda after: selectors.employer_page(form.text, after=after), lambda page: page.rows)
    columns = [
        Column(_("Employer"), 30), Column(_("Kind")), Column(pgettext("an employer is", "Where"), 28),
        Column(_("Address"), 28), Column(_("Contact person")), Column(_("Contact phone"), 18), Column(_("Posts")),
        Column(_("Openings left")),
        Column(_("On hold because"), 28),
    ]  # fmt: skip
    rows = (
        [firm.name, firm.get_kind_display(), full_name(firm.area_id), firm.address, firm.contact_name,
         firm.contact_phone, firm.posts, firm.openings, firm.hold_reason]
        for firm in found
    )  # fmt: skip
    return as_xlsx(_("Employers"), columns, rows, by=request.user, at=timezone.now())
