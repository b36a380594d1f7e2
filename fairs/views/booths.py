from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from areas.refusals import Refusal
from fairs import services
from fairs.forms import BoothForm, OfferForm
from fairs.models import BoothVacancy
from fairs.views.fair import find_own_fair


@login_required
def booths(request, fair_id):
    fair = find_own_fair(request, fair_id)
    form = BoothForm(request.POST or None, fair=fair)
    if request.method == "POST" and form.is_valid():
        return act(request, fair, services.add_booth, fair=fair, **form.cleaned_data)
    return show_booths(request, fair, form=form, status=422 if form.errors else 200)


@login_required
@require_POST
def remove_booth(request, fair_id, booth_id):
    fair = find_own_fair(request, fair_id)
    booth = fair.booths.filter(pk=booth_id).first()
    if booth is None:
        return redirect("fairs:booths", fair.pk)
    return act(request, fair, services.remove_booth, booth=booth)


@login_required
@require_POST
def offer(request, fair_id, booth_id):
    fair = find_own_fair(request, fair_id)
    booth = get_object_or_404(fair.booths, pk=booth_id)
    form = OfferForm(request.POST, booth=booth)
    if not form.is_valid():
        return show_booths(request, fair, failed=(booth.pk, form), status=422)
    return act(request, fair, services.offer_vacancy, booth=booth, **form.cleaned_data)


@login_required
@require_POST
def withdraw_offer(request, fair_id, offer_id):
    fair = find_own_fair(request, fair_id)
    offer = BoothVacancy.objects.filter(booth__fair=fair, pk=offer_id).first()
    if offer is None:
        return redirect("fairs:booths", fair.pk)
    return act(request, fair, services.withdraw_offer, offer=offer)


def act(request, fair, service, **what):
    try:
        service(by=request.user, at=timezone.now(), **what)
    except Refusal as refusal:
        return show_booths(request, fair, refusal=refusal, status=409)
    return redirect("fairs:booths", fair.pk)


def show_booths(request, fair, *, form=None, failed=(None, None), refusal=None, status=200):
    booths = list(fair.booths.select_related("employer").prefetch_related("offers__vacancy"))
    for booth in booths:
        booth.offer_form = failed[1] if failed[0] == booth.pk else OfferForm(booth=booth)
    context = {
        "fair": fair,
        "booths": booths,
        "form": form or BoothForm(fair=fair),
        "refusal": refusal,
    }
    return render(request, "fairs/booths.html", context, status=status)
