from collections import defaultdict

from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from fairs import services
from fairs.forms import BoothForm, OfferForm
from fairs.models import BoothVacancy
from fairs.views.planning import find_changeable_fair
from fairs.views.rows import find_own_fair
from jobs.models import Vacancy
from kit.pages import sent, status_of
from kit.refusals import Refusal


@login_required
def booths(request, fair_id):
    fair = find_changeable_fair(request, fair_id)
    form = BoothForm(sent(request), fair=fair)
    if request.method == "POST" and form.is_valid():
        return act(request, fair, services.add_booth, fair=fair, **form.cleaned_data)
    return show_booths(request, fair, form=form, status=status_of(form))


@login_required
@require_POST
def remove_booth(request, fair_id, booth_id):
    """Taken away already: that is what was asked for."""
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
        return show_booths(request, fair, failed=form, failed_booth=booth.pk, status=422)
    return act(request, fair, services.offer_vacancy, booth=booth, **form.cleaned_data)


@login_required
@require_POST
def withdraw_offer(request, fair_id, offer_id):
    fair = find_own_fair(request, fair_id)
    found = BoothVacancy.objects.filter(booth__fair=fair, pk=offer_id).select_related("booth__fair").first()
    if found is None:
        return redirect("fairs:booths", fair.pk)
    return act(request, fair, services.withdraw_offer, offer=found)


def act(request, here, service, **what):
    """One change to the booths of the fair `here`, then its page; a refusal is shown on that page."""
    try:
        service(by=request.user, at=timezone.now(), **what)
    except Refusal as refusal:
        return show_booths(request, here, refusal=refusal, status=409)
    return redirect("fairs:booths", here.pk)


def show_booths(request, fair, *, form=None, failed=None, failed_booth=None, refusal=None, status=200):
    """Two queries for the booths and one for every post of their employers."""
    found = list(fair.booths.select_related("employer").prefetch_related("offers__vacancy"))
    posts = posts_by_employer(found)
    for booth in found:
        booth.link = request.build_absolute_uri(reverse("fairs:confirm", args=[services.link_token(booth)]))
        form_here = failed if booth.pk == failed_booth else OfferForm(booth=booth, posts=posts[booth.employer_id])
        booth.offer_form = form_here if posts[booth.employer_id] else None
    context = {"fair": fair, "booths": found, "form": form or BoothForm(fair=fair), "refusal": refusal}
    return render(request, "fairs/booths.html", context, status=status)


def posts_by_employer(booths) -> dict[int, list[Vacancy]]:
    posts = defaultdict(list)
    for post in Vacancy.objects.filter(employer__in=[booth.employer_id for booth in booths], closed_at=None):
        posts[post.employer_id].append(post)
    return posts
