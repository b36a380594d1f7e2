"""Calls and visits: dialling, writing down what came of it, taking it back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases import policies, services
from cases.choices import Channel
from cases.forms import CallForm, VisitForm
from cases.models import Case, ContactAttempt
from cases.selectors import talk_preview
from cases.views.in_place import entered, undo_url_of, undone
from cases.views.rows import find_case
from cases.views.sheets import go_to, show_sheet
from kit.pages import carry_out, sent
from notifications.models import Message
from workers.views.dialling import dial


@login_required
@require_POST
def call(request, case_id):
    """One tap from a case to the dialler."""
    case = find_case(request, case_id)
    policies.check_can_see_phone(request.user, case)
    return dial(request, case.worker, back_url=reverse("cases:case", args=[case.pk]))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def record_call(request, case_id):
    return talk(request, case_id, channel=Channel.CALL, form_class=CallForm, template="cases/_call_sheet.html")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def record_visit(request, case_id):
    return talk(request, case_id, channel=Channel.VISIT, form_class=VisitForm, template="cases/_visit_sheet.html")


def talk(request, case_id, *, channel, form_class, template):
    case, now = find_case(request, case_id), timezone.now()
    policies.check_can_work_on(request.user, case)
    form = form_class(sent(request), now=now, opened_at=case.opened_at, state=case.state)
    attempt, refusal = carry_out(
        form, lambda said: services.record_talk(case=case, channel=channel, by=request.user, at=now, **form.talk)
    )
    if attempt:
        return recorded(request, attempt, talk_preview.offer_to(case, request.user) if form.wants_a_seat else None)
    sheet = talk_preview.talk_sheet(case, channel, now, request.user)
    return show_sheet(request, template, {"case": case, "form": form, "refusal": refusal, "sheet": sheet})


def recorded(request, attempt, offer=None):
    """Back to where the work is, with the undo at hand until midnight; or to what there is for somebody who asked.

    Where there is nothing, nobody is led away from their list."""
    words = _("Recorded: %(outcome)s, %(name)s") % {"outcome": attempt.told, "name": attempt.worker.name}
    undo_url = undo_url_of(request, attempt)
    messages.success(request, words, extra_tags=undo_url)
    if offer:
        return go_to(request, offer.url(attempt.case_id))
    return entered(request, attempt.case_id, said=attempt.told, undo_url=undo_url)


def find_attempt(request, attempt_id) -> ContactAttempt:
    attempts = ContactAttempt.objects.filter(case__in=Case.objects.visible_to(request.user)).select_related("case")
    return get_object_or_404(attempts, pk=attempt_id)


@login_required
@require_safe
def attempt(request, attempt_id):
    return redirect("cases:case", find_attempt(request, attempt_id).case_id)


@login_required
@require_POST
def undo_contact(request, attempt_id):
    attempt = find_attempt(request, attempt_id)
    policies.check_can_work_on(request.user, attempt.case)
    services.undo_contact(attempt=attempt, by=request.user, at=timezone.now())
    messages.success(request, _("Undone. The case is as it was before."))
    return undone(request, attempt.case_id, attempt)


@login_required
@require_POST
def text_worker(request, case_id):
    """Ask by SMS to ring back: part of what "unreachable" needs."""
    case = find_case(request, case_id)
    policies.check_can_work_on(request.user, case)
    message = services.text_worker(case, by=request.user, at=timezone.now())
    if message.state == Message.State.SUPPRESSED:
        words = _("No text was sent: %(reason)s.") % {"reason": message.get_failed_reason_display()}
        messages.warning(request, words)
    else:
        messages.success(
            request, _("A text asks %(name)s to call back. One a day at most.") % {"name": case.worker.name}
        )
    return redirect("cases:case", case.pk)
