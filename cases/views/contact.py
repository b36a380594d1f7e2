from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from areas.refusals import Refusal
from cases import policies, services, sheets
from cases.choices import Channel
from cases.forms import CallForm, FollowUpForm, VisitForm
from cases.models import Case, ContactAttempt
from cases.services.schedule import next_follow_up
from cases.services.visits import record_talk
from cases.views.finding import find_case
from staff.models import AccessLog
from staff.services import log_access


class DialRedirect(HttpResponseRedirect):
    """Hands the number to the phone. It stands in no page, so nothing but the dialler sees it."""

    allowed_schemes = ["tel"]


@login_required
@require_safe
def call(request, case_id):
    case = find_case(request, case_id)
    policies.check_can_see_phone(request.user, case)
    if not case.worker.phone:
        messages.warning(request, _("No phone number is on record. Ask the family or visit."))
        return redirect("cases:case", case.pk)
    log_access(
        user=request.user, worker_id=case.worker_id, what=AccessLog.What.REVEALED_PHONE,
        at=timezone.now(), reason=_("call"),
    )  # fmt: skip
    return DialRedirect(f"tel:{case.worker.phone}")


@login_required
def record_call(request, case_id):
    return talk(request, case_id, channel=Channel.CALL, form_class=CallForm, template="cases/_call_sheet.html")


@login_required
def record_visit(request, case_id):
    return talk(request, case_id, channel=Channel.VISIT, form_class=VisitForm, template="cases/_visit_sheet.html")


def talk(request, case_id, *, channel, form_class, template):
    case, now = find_case(request, case_id), timezone.now()
    policies.check_can_work_on(request.user, case)
    form = form_class(request.POST or None, now=now)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            attempt = record_talk(
                case=case, channel=channel, by=request.user, at=now,
                wishes=getattr(form, "wishes", {}), **form.talk,
            )  # fmt: skip
        except Refusal as refused:
            refusal = refused
        else:
            return recorded(request, attempt)
    context = {"case": case, "form": form, "refusal": refusal, "sheet": sheets.talk_sheet(case, channel, now)}
    return show_sheet(request, template, context)


def recorded(request, attempt):
    """Back to where the work is, with the undo at hand until midnight."""
    words = _("Recorded: %(outcome)s, %(name)s") % {
        "outcome": attempt.get_outcome_display(), "name": attempt.worker.name,
    }  # fmt: skip
    messages.success(request, words, extra_tags=reverse("cases:undo_contact", args=[attempt.pk]))
    return go_on(request, attempt.case_id)


@login_required
@require_POST
def undo_contact(request, attempt_id):
    attempts = ContactAttempt.objects.filter(case__in=Case.objects.visible_to(request.user))
    attempt = get_object_or_404(attempts, pk=attempt_id)
    services.undo_contact(attempt=attempt, by=request.user, at=timezone.now())
    messages.success(request, _("Undone. The case is as it was before."))
    return redirect("cases:case", attempt.case_id)


@login_required
def follow_up(request, case_id):
    case, now = find_case(request, case_id), timezone.now()
    policies.check_can_work_on(request.user, case)
    form, refusal = FollowUpForm(request.POST or None), None
    next_one = next_follow_up(case)
    if request.method == "POST" and form.is_valid():
        try:
            services.record_follow_up(
                follow_up=asked(request, case) or next_one, by=request.user, at=now, **form.cleaned_data
            )
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, _("Follow-up recorded for %(name)s") % {"name": case.worker.name})
            return go_on(request, case.pk)
    context = {"case": case, "form": form, "refusal": refusal, "follow_up": next_one, "now": now}
    return show_sheet(request, "cases/_follow_up_sheet.html", context)


def asked(request, case):
    """The follow-up the form was shown for: a replayed POST must not answer the one after it."""
    number = request.POST.get("follow_up", "")
    return case.follow_ups.filter(pk=number).first() if number.isdigit() else None


def show_sheet(request, template, context):
    status = 409 if context["refusal"] else 422 if context["form"].errors else 200
    case, now = context["case"], timezone.now()
    context |= {
        "sheet_template": template,
        "came_from": came_from(request, case.pk),
        "came_from_word": came_from_word(request),
        "today": timezone.localdate(now),
        "age": case.worker.age(timezone.localdate(now)),
    }
    page = template if request.htmx else "cases/sheet_page.html"
    return render(request, page, context, status=status)


def came_from(request, case_id) -> str:
    """Today or the case: where the sheet was opened and where its cross leads."""
    is_today = came_from_word(request) == "today"
    return reverse("cases:today") if is_today else reverse("cases:case", args=[case_id])


def came_from_word(request) -> str:
    return "today" if "today" in (request.POST.get("from"), request.GET.get("from")) else "case"


def go_on(request, case_id):
    url = came_from(request, case_id)
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
