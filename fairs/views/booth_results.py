"""The results of a booth: everybody who waits for an answer there, and what the employer said, in one go."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import ngettext

from fairs import selectors, services
from fairs.forms import BoothFilter, RowResultForm
from fairs.models import FairReferral
from fairs.views.rows import find_own_fair
from kit.pages import read_number, status_of


@login_required
def booth_results(request, fair_id, booth_id):
    """Rows that are refused stay, with the reason; the others are gone from the page."""
    fair = find_own_fair(request, fair_id)
    booth = get_object_or_404(fair.booths.select_related("employer", "fair"), pk=booth_id)
    posts = {offer.vacancy_id: offer.vacancy for offer in booth.offers.select_related("vacancy")}
    if request.method == "POST":
        failed = save_rows(request, fair, posts)
        if not failed:
            return redirect("fairs:booth_results", fair.pk, booth.pk)
    else:
        failed = {}
    return show_rows(request, fair, booth, posts, failed)


def save_rows(request, fair, posts) -> dict[int, RowResultForm]:
    """The rows that could not be saved, by referral, each with what is wrong."""
    sent = [name.removeprefix("r").removesuffix("-result") for name in request.POST if name.endswith("-result")]
    here = FairReferral.objects.filter(fair=fair, pk__in=[pk for pk in map(read_number, sent) if pk])
    forms = [RowResultForm(request.POST, referral=referral, posts=posts) for referral in here.for_page()]
    answered = {form.referral.pk: form for form in forms if form.is_answered}
    good = {pk: form for pk, form in answered.items() if form.is_valid()}
    said = [(form.referral, form.interview) for form in good.values()]
    outcomes = services.record_results(said=said, by=request.user, at=timezone.now())
    for pk, refusal in outcomes.items():
        if refusal:
            good[pk].add_error(None, str(refusal))
    saved = sum(refusal is None for refusal in outcomes.values())
    if saved:
        words = ngettext("%(n)s result recorded.", "%(n)s results recorded.", saved)
        messages.success(request, words % {"n": saved})
    return {pk: form for pk, form in answered.items() if outcomes.get(pk) or pk not in good}


def show_rows(request, fair, booth, posts, failed):
    people, total = selectors.waiting_at(booth, BoothFilter(request.GET).chosen.get("code", ""))
    rows = [
        (person, failed.get(person.referral.pk) or RowResultForm(referral=person.referral, posts=posts))
        for person in people
    ]
    context = {"fair": fair, "booth": booth, "rows": rows, "total": total, "failed": len(failed), "posts": posts}
    return render(request, "fairs/booth_results.html", context, status=status_of(*failed.values()))
