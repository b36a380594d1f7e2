from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from jobs import policies, selectors
from jobs.views.rows import find_case
from kit.dates import day
from kit.days import local_day
from staff.roles import ABOVE_VILLAGE
from staff.selectors import nearest_colleagues


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
        "undo": _undoable(request.user, shown),
        "may_make": policies.can_make_letters(request.user, case),
    }
    if shown.lacks_letter and not context["may_make"]:
        context["issuers"] = nearest_colleagues(case.area_id, ABOVE_VILLAGE, local_day(timezone.now()))
    return render(request, "jobs/panel.html", context)


def _undoable(user, shown: selectors.JobPanel) -> dict[str, bool]:
    """What this person entered today and may take back; the service asks again whether nobody has built on it."""
    placement, introduction = shown.placement, shown.introduction
    letter = shown.letters[0] if shown.letters else None
    return {
        "placement": bool(placement)
        and placement.confirmed_at not in {letter.receipt_at for letter in shown.letters}
        and is_mine_of_today(user, placement.confirmed_by_id, placement.confirmed_at),
        "introduction": bool(introduction)
        and is_mine_of_today(user, introduction.introduced_by_id, introduction.introduced_at),
        "letter": bool(letter and not letter.revoked_at and not letter.print_count and not letter.receipt)
        and is_mine_of_today(user, letter.issued_by_id, letter.issued_at),
    }


def is_mine_of_today(user, made_by: int | None, made_at: datetime) -> bool:
    return made_by == user.pk and local_day(made_at) == local_day(timezone.now())


def _line(shown: selectors.JobPanel) -> str:
    """What a folded panel says on its one line."""
    if shown.placement:
        said = {"employer": shown.placement.employer_name, "day": day(shown.placement.start_on)}
        return (_("%(employer)s, from %(day)s; no letter yet") if shown.lacks_letter else _at_work(shown)) % said
    if shown.introduction:
        return _("Introduced to %(employer)s") % {"employer": shown.introduction.vacancy.employer.name}
    return _("No job yet")


def _at_work(shown: selectors.JobPanel) -> str:
    return _("%(employer)s, from %(day)s; has a letter") if shown.letter else _("%(employer)s, from %(day)s")
