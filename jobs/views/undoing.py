"""Taking back, on the day it was made, what was entered by mistake."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jobs import policies, services
from jobs.views.rows import find_case, find_letter


@login_required
@require_POST
def undo_introduction(request, case_id, introduction_id):
    case = find_case(request, case_id)
    policies.check_can_recommend(request.user, case)
    introduction = get_object_or_404(case.introductions.select_related("case"), pk=introduction_id)
    services.undo_introduction(introduction=introduction, by=request.user, at=timezone.now())
    return _back(request, case.pk)


@login_required
@require_POST
def undo_answer(request, case_id, introduction_id):
    case = find_case(request, case_id)
    policies.check_can_recommend(request.user, case)
    introduction = get_object_or_404(case.introductions.select_related("case"), pk=introduction_id)
    services.undo_answer(introduction=introduction, by=request.user, at=timezone.now())
    return _back(request, case.pk)


@login_required
@require_POST
def undo_placement(request, case_id, placement_id):
    case = find_case(request, case_id)
    policies.check_can_place(request.user, case)
    placement = get_object_or_404(case.placements.select_related("case"), pk=placement_id)
    services.undo_placement(placement=placement, by=request.user, at=timezone.now())
    return _back(request, case.pk)


@login_required
@require_POST
def undo_letter(request, letter_id):
    letter = find_letter(request, letter_id)
    policies.check_can_make_letters(request.user, letter.case)
    services.undo_letter(letter=letter, by=request.user, at=timezone.now())
    return _back(request, letter.case_id)


@login_required
@require_POST
def undo_receipt(request, letter_id):
    letter = find_letter(request, letter_id)
    policies.check_can_place(request.user, letter.case)
    services.undo_receipt(letter=letter, by=request.user, at=timezone.now())
    return _back(request, letter.case_id)


def _back(request, case_id: int):
    messages.success(request, _("Undone. The case is as it was before."))
    return redirect("cases:case", case_id)
