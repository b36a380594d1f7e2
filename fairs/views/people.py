from math import ceil

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from fairs import papers, policies, selectors, services
from fairs.forms import PeopleFilter, ResultForm
from fairs.models import FairReferral
from fairs.refusals import MoreHiredThanPromised, OffTheList
from fairs.selectors import PeopleFilters
from fairs.views.leaving import leave
from fairs.views.rows import find_fair, find_referral
from kit import said
from kit.days import local_day
from kit.pages import carry_out, read_number, sent, status_of
from staff.models import AccessLog
from staff.roles import FAIR_READERS, PLACERS
from staff.services import log_access

SLIPS_A_FILE, MOST_FILES = 40, 1000
WITH_SLIPS = ("all", "invited", "missing")
"""Lists of people who are still to come."""

FAIR_SLIP = said.known(gettext_lazy("fair slip"))


@login_required
@require_safe
def people(request, fair_id):
    fair, form = find_fair(request, fair_id), PeopleFilter(request.GET, request.path)
    policies.check_can_read_names(request.user, fair)
    own = fair.referrals.in_reach(request.user.ranges_as(*FAIR_READERS))
    numbers, filters = selectors.numbers_of(own), PeopleFilters(**form.chosen)
    page = selectors.people_page(own, filters, after=form.after)
    prints = fair.is_not_over and filters.show in WITH_SLIPS and policies.can_send_people(request.user, fair)
    context = {
        "fair": fair,
        "page": page,
        "xlsx_url": form.download(reverse("fairs:people_xlsx", args=[fair.pk])),
        "numbers": numbers,
        "chips": chips(form, filters.show, numbers),
        "post": filters.post and fair_post(fair, filters.post),
        "can_run": policies.can_run(request.user, fair),
        "can_answer": policies.can_send_people(request.user, fair),
        "slip_files": slip_files(request, fair) if prints else [],
        "printed": printable(request, fair).values_list("worker__name", flat=True) if prints else [],
        **form.pages(page.next_after),
    }
    return render(request, "fairs/people.html", context)


@login_required
@require_safe
def referral(request, referral_id):
    return redirect("fairs:fair", find_referral(request, referral_id).fair_id)


@login_required
def result(request, referral_id):
    referral, now = find_referral(request, referral_id), timezone.now()
    wish = next(iter(referral.wishes_to_walk()), None)
    form = ResultForm(
        sent(request), fair=referral.fair, today=local_day(now),
        initial={"vacancy": referral.vacancy_id or (wish and wish.offer.vacancy_id)},
    )  # fmt: skip
    done, refusal = carry_out(
        form, lambda said: services.record_result(referral=referral, interview=form.interview, by=request.user, at=now)
    )
    if done:
        return leave(request, referral)
    context = {
        "referral": referral,
        "person": selectors.person_of(referral),
        "fair": referral.fair,
        "form": form,
        "refusal": refusal,
        "can_run": policies.can_run(request.user, referral.fair),
        "can_record": referral.is_waiting and referral.has_come,
        "asks_beyond": isinstance(refusal, MoreHiredThanPromised),
        "can_undo": selectors.was_entered_today(referral, request.user, now),
    }
    return render(request, "fairs/result.html", context, status=status_of(form, refusal=refusal))


@login_required
@require_POST
def undo_result(request, referral_id):
    """Back to the sheet of the booth if the button stood there, else to the page of the result."""
    referral = find_referral(request, referral_id)
    services.undo_result(referral=referral, by=request.user, at=timezone.now())
    messages.success(request, _("Taken back: %(name)s") % {"name": referral.worker.name})
    booth = referral.fair.booths.filter(pk=read_number(request.POST.get("booth")) or 0).first()
    if booth:
        return redirect("fairs:booth_results", referral.fair_id, booth.pk)
    return redirect("fairs:result", referral.pk)


@login_required
@never_cache
@require_safe
def slip_pdf(request, referral_id):
    referral = find_referral(request, referral_id)
    if not referral.is_waiting:
        raise OffTheList
    return print_slips(request, [referral], f"slip-{referral.fair_id}-{referral.pk}.pdf")


@login_required
@never_cache
@require_safe
def slips_pdf(request, fair_id, part):
    """One file of the slips this person may print, in the order of the villages, forty a file."""
    fair = find_fair(request, fair_id)
    policies.check_can_send_people(request.user, fair)
    start = (part - 1) * SLIPS_A_FILE
    found = list(printable(request, fair).for_page()[start : start + SLIPS_A_FILE]) if 1 <= part <= MOST_FILES else []
    if not found and part != 1:
        raise Http404
    return print_slips(request, found, f"slips-{fair.pk}-{part}.pdf")


def printable(request, fair):
    people = fair.referrals.expected().in_reach(request.user.ranges_as(*PLACERS))
    return people.order_by("case__area_id", "pk")


def print_slips(request, referrals: list[FairReferral], name: str) -> HttpResponse:
    """A slip tells where somebody lives and looks for work: who printed it is written down."""
    for referral in referrals:
        log_access(request.user, referral.worker_id, AccessLog.What.PRINTED, timezone.now(), reason=FAIR_SLIP)
    response = HttpResponse(papers.slips(referrals), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def slip_files(request, fair) -> list[dict]:
    """(part, first, last) of each file there is to print."""
    total = printable(request, fair).count()
    return [
        {"part": n + 1, "first": n * SLIPS_A_FILE + 1, "last": min((n + 1) * SLIPS_A_FILE, total)}
        for n in range(ceil(total / SLIPS_A_FILE))
    ]


def fair_post(fair, offer_id: int) -> str:
    offer = fair.booths.filter(offers=offer_id).values_list("offers__vacancy__title", flat=True).first()
    return offer or ""


def chips(form: PeopleFilter, current: str, numbers) -> list[dict]:
    shown = {
        "all": pgettext("people at a fair", "All"),
        "missing": _("Not here yet"),
        "came": _("Came"),
        "walk_ins": _("Registered at the door"),
        "undecided": _("Without a result"),
        "waiting": pgettext("at a fair", "Intent"),
        "second_interview": pgettext("at a fair", "Second interview"),
        "hired": pgettext("at a fair", "Hired"),
        "no_match": pgettext("at a fair", "No match"),
        "no_show": pgettext("at a fair", "Did not come"),
        "off_list": _("Off the list"),
    }
    return [
        {"label": label, "url": form.url(show=name, post=None, reason=""), "count": getattr(numbers, name),
         "current": name == current}
        for name, label in shown.items()
        if getattr(numbers, name) or name in ("all", current)
    ]  # fmt: skip
