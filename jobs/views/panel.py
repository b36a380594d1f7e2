from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from jobs import policies, selectors
from jobs.views.rows import find_case
from kit.dates import day


@login_required
@require_safe
def panel(request, case_id):
    case = find_case(request, case_id)
    shown = selectors.job_panel(case)
    context = {
        "case": case,
        "panel": shown,
        "panel_icon": "building-factory-2",
        "panel_title": pgettext("case panel", "Job and letter"),
        "panel_state": _line(shown),
        "panel_finished": shown.placement is not None,
        "back_url": reverse("cases:case", args=[case.pk]),
        "may_recommend": policies.can_recommend(request.user, case),
        "may_place": policies.can_place(request.user, case),
        "may_make": policies.can_make_letters(request.user, case),
    }
    return render(request, "jobs/panel.html", context)


def _line(shown: selectors.JobPanel) -> str:
    """What a folded panel says on its one line."""
    if shown.placement:
        said = {"employer": shown.placement.employer_name, "day": day(shown.placement.start_on)}
        return _("%(employer)s, from %(day)s") % said
    if shown.introduction:
        return _("Introduced to %(employer)s") % {"employer": shown.introduction.vacancy.employer.name}
    return _("No job yet")
