"""After the placement: is the job still there? And: how do they travel?"""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases import policies, reasons, services
from cases.forms import FollowUpForm
from cases.models import Case, FollowUp, FollowUpEntry, WorkItem
from cases.refusals import CaseMovedOn
from cases.views.in_place import entered, undo_url_of, undone
from cases.views.rows import find_case
from cases.views.sheets import go_on, show_sheet
from kit.pages import carry_out, sent
from kit.refusals import Refusal


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def follow_up(request, case_id):
    case, now = find_case(request, case_id), timezone.now()
    policies.check_can_work_on(request.user, case)
    form = FollowUpForm(sent(request), now=now)
    done, refusal = carry_out(
        form,
        lambda said: services.record_follow_up(
            follow_up=asked_about(case, said["follow_up"]), by=request.user, at=now, **form.answer
        ),
    )
    if done:
        undo_url = undo_url_of(request, done)
        words = _("Follow-up recorded for %(name)s") % {"name": case.worker.name}
        messages.success(request, words, extra_tags=undo_url)
        return entered(request, case.pk, said=done.told, undo_url=undo_url)
    asked = services.next_follow_up(case)
    if form.is_bound and not asked:  # the sheet has no fields then that could say what is wrong with them
        form, refusal = FollowUpForm(now=now), refusal or CaseMovedOn()
    context = {"case": case, "form": form, "refusal": refusal, "follow_up": asked}
    return show_sheet(request, "cases/_follow_up_sheet.html", context)


def asked_about(case: Case, number: int | None) -> FollowUp:
    """The one the form was shown for: a replayed POST must not answer the one after it."""
    if number is None:
        raise CaseMovedOn
    return get_object_or_404(case.follow_ups.select_related("case"), pk=number)


def find_entry(request, entry_id) -> FollowUpEntry:
    entries = FollowUpEntry.objects.filter(case__in=Case.objects.visible_to(request.user)).select_related("case")
    return get_object_or_404(entries, pk=entry_id)


@login_required
@require_safe
def follow_up_entry(request, entry_id):
    return redirect("cases:case", find_entry(request, entry_id).case_id)


@login_required
@require_POST
def undo_follow_up(request, entry_id):
    entry = find_entry(request, entry_id)
    policies.check_can_work_on(request.user, entry.case)
    services.undo_follow_up(entry=entry, by=request.user, at=timezone.now())
    messages.success(request, _("Undone. The case is as it was before."))
    return undone(request, entry.case_id, entry)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def travel_alone(request, case_id):
    """Asks first: no seat will be kept, and the follow-ups start."""
    case = find_case(request, case_id)
    policies.check_can_move(request.user, case)
    refusal = None
    if request.method == "POST":
        try:
            services.mark_travelling_alone(case=case, by=request.user, at=timezone.now())
        except Refusal as refused:
            refusal = refused
        else:
            undo_url = reverse("cases:undo_travel_alone", args=[case.pk])
            messages.success(request, _("Goes by their own means: no seat is needed."), extra_tags=undo_url)
            return go_on(request, case.pk)
    context = {"case": case, "form": None, "refusal": refusal}
    return show_sheet(request, "cases/_travel_alone_sheet.html", context)


@login_required
@require_POST
def undo_travel_alone(request, case_id):
    case = find_case(request, case_id)
    policies.check_can_move(request.user, case)
    services.undo_travelling_alone(case=case, by=request.user, at=timezone.now())
    item = WorkItem.objects.open().get(case=case)
    messages.success(request, _("Undone. %(now)s") % {"now": reasons.text_of(item.reason, item.reason_data)})
    return redirect("cases:case", case.pk)
