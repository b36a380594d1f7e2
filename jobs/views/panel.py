from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from cases.models import Case
from cases.services import can_undo_move
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
        "undo": _undoable(request.user, case, shown),
        "may_make": policies.can_make_letters(request.user, case),
    }
    if shown.lacks_letter and not context["may_make"]:
        context["issuers"] = nearest_colleagues(case.area_id, ABOVE_VILLAGE, local_day(timezone.now()))
    return render(request, "jobs/panel.html", context)


def _undoable(user, case: Case, shown: selectors.JobPanel) -> dict[str, bool]:
    """What this person entered today and may take back, since nobody has built on it. The service asks again."""
    placement, introduction, now = shown.placement, shown.introduction, timezone.now()
    letter = shown.letters[0] if shown.letters else None
    return {
        "placement": bool(placement)
        and placement.confirmed_at not in {letter.receipt_at for letter in shown.letters}
        and can_undo_move(case=case, about=placement, made_by=placement.confirmed_by_id, by=user, at=now),
        "introduction": bool(introduction)
        and can_undo_move(case=case, about=introduction, made_by=introduction.introduced_by_id, by=user, at=now),
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
