"""The results of a booth: everybody who waits for an answer there, and what the employer said, in one go."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import ngettext

from fairs import selectors, services
from fairs.forms import RowResultForm
from fairs.models import FairReferral
from fairs.views.rows import find_own_fair
from kit.pages import address, read_number, status_of
from kit.refusals import Refusal

MOST_ADDED = 100


@login_required
def booth_results(request, fair_id, booth_id):
    """Rows that are refused stay, with the reason; the others are gone from the page."""
    fair = find_own_fair(request, fair_id)
    booth = get_object_or_404(fair.booths.select_related("employer", "fair"), pk=booth_id)
    posts = {offer.vacancy_id: offer.vacancy for offer in booth.offers.select_related("vacancy")}
    if request.method != "POST":
        return show_rows(request, fair, booth, posts, codes=codes_of(request.GET))
    codes = codes_of(request.POST)
    if "add" in request.POST:
        return add_row(request, fair, booth, posts, codes)
    failed = save_rows(request, fair, posts)
    if not failed:
        return redirect(address(request.path, {"codes": ",".join(codes)}))
    return show_rows(request, fair, booth, posts, codes=codes, failed=failed)


def codes_of(data) -> list[str]:
    """Of people who came to this booth without having wished for it, each in a row of its own."""
    return list(dict.fromkeys(code for code in data.get("codes", "").split(",") if code))[:MOST_ADDED]


def add_row(request, fair, booth, posts, codes):
    """What is chosen in the other rows and not saved yet stays chosen."""
    unsaved = {form.referral.pk: form.unsaved() for form in rows_sent(request, fair, posts) if form.is_answered}
    code = request.POST.get("code", "").strip()
    if not code:
        return show_rows(request, fair, booth, posts, codes=codes, unsaved=unsaved)
    try:
        services.check_waits_for_result(fair=fair, code=code)
    except Refusal as refusal:
        return show_rows(request, fair, booth, posts, codes=codes, unsaved=unsaved, refusal=refusal, code=code)
    return show_rows(request, fair, booth, posts, codes=[code, *codes], unsaved=unsaved)


def save_rows(request, fair, posts) -> dict[int, RowResultForm]:
    """The rows that could not be saved, by referral, each with what is wrong."""
    answered = {form.referral.pk: form for form in rows_sent(request, fair, posts) if form.is_answered}
    good = {pk: form for pk, form in answered.items() if form.is_valid()}
    said = [(form.referral, form.interview) for form in good.values()]
    outcomes = services.record_results(said=said, by=request.user, at=timezone.now())
    for pk, refusal in outcomes.items():
        if refusal:
            good[pk].refuse(refusal)
    saved = sum(refusal is None for refusal in outcomes.values())
    if saved:
        words = ngettext("%(n)s result recorded.", "%(n)s results recorded.", saved)
        messages.success(request, words % {"n": saved})
    return {pk: form for pk, form in answered.items() if outcomes.get(pk) or pk not in good}


def rows_sent(request, fair, posts) -> list[RowResultForm]:
    sent = [name.removeprefix("r").removesuffix("-result") for name in request.POST if name.endswith("-result")]
    here = FairReferral.objects.filter(fair=fair, pk__in=[pk for pk in map(read_number, sent) if pk])
    return [RowResultForm(request.POST, referral=referral, posts=posts) for referral in here.for_page()]


def show_rows(request, fair, booth, posts, *, codes, failed=None, unsaved=None, refusal=None, code=""):
    failed, people_and_total = failed or {}, selectors.waiting_at(booth, codes)
    filled = (unsaved or {}) | failed
    rows = [
        (person, filled.get(person.referral.pk) or RowResultForm(referral=person.referral, posts=posts))
        for person in people_and_total[0]
    ]
    context = {
        "fair": fair,
        "booth": booth,
        "rows": rows,
        "total": people_and_total[1],
        "failed": len(failed),
        "posts": posts,
        "promised": [row for row in selectors.offer_rows(fair) if row.offer.booth_id == booth.pk],
        "entered": selectors.entered_today(booth, request.user, timezone.now()),
        "codes": ",".join(codes),
        "code": code,
        "refusal": refusal,
    }
    return render(request, "fairs/booth_results.html", context, status=status_of(*failed.values(), refusal=refusal))
