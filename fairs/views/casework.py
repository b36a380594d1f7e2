"""What the cadre of one case sees of fairs."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cases.services import can_undo_move
from fairs import policies, selectors, services
from fairs.forms import ReferForm
from fairs.views.rows import find_case, find_referral
from kit.dates import day
from kit.days import local_day
from kit.pages import carry_out, sent, status_of


@login_required
def refer(request, case_id):
    """A fair, up to three posts, done."""
    case, now = find_case(request, case_id), timezone.now()
    policies.check_can_refer(request.user, case)
    choices = selectors.fairs_for(case, at=now, today=local_day(now))
    form = ReferForm(sent(request), choices=choices)
    done, refusal = carry_out(form, lambda said: services.refer_to_fair(case=case, by=request.user, at=now, **said))
    if done:
        undo_url = reverse("fairs:undo_referral", args=[done.pk])
        messages.success(request, _("Referred. The worker gets a text with the door code."), extra_tags=undo_url)
        return redirect("cases:case", case.pk)
    wished = request.POST.getlist("wishes")
    context = {"case": case, "form": form, "choices": choices, "wished": wished, "refusal": refusal}
    return render(request, "fairs/refer.html", context, status=status_of(form, refusal=refusal))


@login_required
@require_safe
def case_result(request, case_id):
    """From the case to the referral that waits for an answer."""
    case = find_case(request, case_id)
    waiting = case.fair_referrals.waiting().first()
    if waiting is None:
        messages.info(request, _("No fair is waiting for a result here."))
        return redirect("cases:case", case.pk)
    return redirect("fairs:result", waiting.pk)


@login_required
@require_POST
def undo_referral(request, referral_id):
    referral = find_referral(request, referral_id)
    services.undo_referral(referral=referral, by=request.user, at=timezone.now())
    messages.success(request, _("Undone. The case is as it was before."))
    return redirect("cases:case", referral.case_id)


@login_required
@require_safe
def panel(request, case_id):
    case = find_case(request, case_id)
    referrals = list(case.fair_referrals.for_page().order_by("-referred_at", "-pk"))
    context = {
        "referrals": referrals,
        "undoable": next((r.pk for r in referrals if _may_be_undone(request.user, r)), None),
        "may_answer": policies.can_refer(request.user, case),
        "panel_icon": "building-store",
        "panel_title": _("Job fairs"),
        "panel_state": panel_line(referrals),
        "panel_open": any(referral.is_waiting for referral in referrals),
        "back_url": reverse("cases:case", args=[case.pk]),
    }
    return render(request, "fairs/panel.html", context)


def _may_be_undone(user, referral) -> bool:
    made_by, now = referral.referred_by_id, timezone.now()
    return referral.is_expected and can_undo_move(case=referral.case, about=referral, made_by=made_by, by=user, at=now)


def panel_line(referrals) -> str:
    """What a folded panel says on its one line."""
    if not referrals:
        return _("None yet")
    last = referrals[0]
    said = {"fair": last.fair.title, "day": day(last.fair.starts_at)}
    return _("%(day)s, %(fair)s") % said
