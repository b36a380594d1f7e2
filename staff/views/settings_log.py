"""Who changed time limits, the calendar and the words of texts: for the auditor, who changes none."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from kit.filters import FilterForm
from kit.pages import Keyset
from staff import policies
from staff.decorators import staff_required
from staff.register import settings_log

PAGE = 50
NEWEST_FIRST = Keyset("-at", "-pk")


@staff_required(policies.check_can_read_deeds)
@require_safe
def changes_of_settings(request):
    form = FilterForm(request.GET, request.path)
    rows, after = NEWEST_FIRST.page(settings_log.changes(), form.after, PAGE)
    context = {"lines": [settings_log.line_of(row) for row in rows], **form.pages(after)}
    return render(request, "staff/changes_of_settings.html", context)
