from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jobs import matching, policies, selectors, services
from jobs.forms import IssueForm, PrintForm, ReceiptForm, RevokeForm
from jobs.letters import rendering
from jobs.models import Placement
from jobs.refusals import LetterRevoked, NotInReach, NotPrintedYet
from jobs.views.panel import is_mine_of_today
from jobs.views.rows import find_case, find_letter
from kit.days import local_day
from kit.pages import carry_out, sent, status_of
from staff.models import AccessLog
from staff.services import log_access


@login_required
@require_http_methods(["GET", "POST"])
def issue(request, case_id):
    case, now = find_case(request, case_id), timezone.now()
    policies.check_can_make_letters(request.user, case)
    offers = selectors.offers_for(case)
    if not offers:
        raise NotInReach(_("There is no job yet to recommend this person for."))
    form = IssueForm(sent(request), offers=[(key, _words(offer)) for key, offer in offers.items()])
    letter, refusal = carry_out(form, lambda said: _issue(case, said, offers, by=request.user, at=now))
    if letter:
        words = _("Issued: %(serial)s") % {"serial": letter.serial}
        messages.success(request, words, extra_tags=reverse("jobs:letter_undo", args=[letter.pk]))
        return redirect("jobs:letter", letter.pk)
    printed = [case.worker.name, *map(_words, offers.values())]
    context = {"case": case, "form": form, "refusal": refusal, "printed": printed}
    return render(request, "jobs/issue_letter.html", context, status=status_of(form, refusal=refusal))


@login_required
@never_cache
@require_safe
def letter(request, letter_id):
    found = find_letter(request, letter_id)
    log_access(request.user, found.worker_id, AccessLog.What.OPENED_RECORD, timezone.now(), reason=found.serial)
    return render(request, "jobs/letter.html", _page(request, found))


@login_required
@require_POST
def print_letter(request, letter_id):
    found = find_letter(request, letter_id)
    policies.check_can_make_letters(request.user, found.case)
    form = PrintForm(request.POST)
    if form.is_valid():
        services.print_letter(letter=found, by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Ready to print. Open the PDF and send it to the printer."))
    return redirect("jobs:letter", found.pk)


@login_required
@never_cache
@require_safe
def pdf(request, letter_id):
    """The paper with the whole ID number on it: only for those who make letters, and never unseen."""
    found, now = find_letter(request, letter_id), timezone.now()
    policies.check_can_make_letters(request.user, found.case)
    if found.revoked_at:
        raise LetterRevoked
    if not found.print_count:
        raise NotPrintedYet
    content = rendering.open_pdf(found, at=now)
    log_access(request.user, found.worker_id, AccessLog.What.PRINTED, now, reason=found.serial)
    name = f"letter-{found.year}-{found.number:04d}-{found.edition}.pdf"
    return HttpResponse(
        content, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )


@login_required
@require_http_methods(["GET", "POST"])
def revoke(request, letter_id):
    found = find_letter(request, letter_id)
    policies.check_can_make_letters(request.user, found.case)
    form = RevokeForm(sent(request))
    if request.method == "POST" and form.is_valid():
        services.revoke_letter(letter=found, by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Revoked. Whoever scans the letter sees so from now on."))
        return redirect("jobs:letter", found.pk)
    context = {"letter": found, "form": form}
    return render(request, "jobs/revoke_letter.html", context, status=status_of(form))


@login_required
@require_http_methods(["GET", "POST"])
def receipt(request, letter_id):
    found, now = find_letter(request, letter_id), timezone.now()
    policies.check_can_place(request.user, found.case)
    if not found.print_count:
        raise NotPrintedYet
    form = ReceiptForm(
        sent(request), request.FILES or None, today=local_day(now), initial=_known(found),
        needs_terms=services.needs_terms(found),
    )  # fmt: skip
    done, refusal = carry_out(
        form,
        lambda said: services.record_receipt(
            letter=found, result=said["result"], note=said["note"], terms=form.terms_if_hired, by=request.user, at=now
        ),
    )
    if done:
        undo_url = reverse("jobs:receipt_undo", args=[found.pk])
        messages.success(request, _("The receipt is recorded."), extra_tags=undo_url)
        return redirect("cases:case", found.case_id)
    context = {"letter": found, "case": found.case, "form": form, "refusal": refusal}
    return render(request, "jobs/receipt.html", context, status=status_of(form, refusal=refusal))


def _issue(case, data, offers, *, by, at):
    offer = offers[data["offer"]]
    what = {"placement": offer} if data["offer"] == "placement" else {"vacancy": offer.vacancy}
    return services.issue_letter(
        case=case, valid_days=data["valid_days"], once=data["once"], by=by, at=at, **what
    )  # fmt: skip


def _words(offer) -> str:
    employer = offer.employer_name if hasattr(offer, "employer_name") else offer.vacancy.employer.name
    return f"{employer}，{offer.vacancy.title}" if offer.vacancy else employer


def _page(request, found) -> dict:
    may_take_back = bool(found.receipt) and is_mine_of_today(request.user, found.receipt_by_id, found.receipt_at)
    return {
        "undo_url": reverse("jobs:receipt_undo", args=[found.pk]) if may_take_back else "",
        "letter": found,
        "case": found.case,
        "facts": found.facts,
        "state": found.state(local_day(timezone.now())),
        "may_make": policies.can_make_letters(request.user, found.case),
        "may_place": policies.can_place(request.user, found.case),
    }


def _known(found) -> dict:
    """The stamped receipt is the employer's word; the rest is on the letter already."""
    near = found.vacancy is not None and matching.is_near(found.worker, found.vacancy)
    return {
        "wage": found.facts["wage_low"],
        "needs_transport": "no" if near else "yes",
        "evidence": Placement.Evidence.EMPLOYER_WORD,
        "evidence_note": _("Receipt of letter %(serial)s") % {"serial": found.serial},
    }
