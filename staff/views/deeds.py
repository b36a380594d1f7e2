"""What was done to accounts and postings, by whom: for the auditor, who is no administrator."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from kit.filters import FilterForm
from kit.pages import Keyset
from staff import policies
from staff.decorators import staff_required
from staff.people import change_line, changes_read_by

PAGE = 50
NEWEST_FIRST = Keyset("-at", "-pk")


@staff_required(policies.check_can_read_deeds)
@require_safe
def deeds(request):
    form = FilterForm(request.GET, request.path)
    rows, after = NEWEST_FIRST.page(changes_read_by(request.user), form.after, PAGE)
    lines = [(str(row.user), change_line(row)) for row in rows]
    return render(request, "staff/deeds.html", {"lines": lines, **form.pages(after)})
