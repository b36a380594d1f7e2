from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from areas.refusals import Refusal
from fairs import policies, selectors, services
from fairs.forms import CheckInForm
from fairs.models import FairReferral
from fairs.views.fair import find_own_fair


@login_required
def check_in(request, fair_id):
    """The door: digits in, a name and the first booth out. Works alone on a phone and inside the fair's page."""
    fair = find_own_fair(request, fair_id)
    now, form = timezone.now(), CheckInForm(request.POST or None)
    person = refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            person = services.check_in(
                fair=fair, digits=form.cleaned_data["digits"], by=request.user, at=now
            )
        except Refusal as refused:
            refusal = refused
    context = {
        "fair": fair,
        "person": person,
        "was_in_already": person is not None and person.checked_in_at != now,
        "refusal": refusal,
        "check_in_form": CheckInForm() if person else form,
        "numbers": selectors.numbers_of(fair),
        "recent": selectors.latest_arrivals(fair, request.user),
    }
    template = "fairs/_door.html" if request.htmx else "fairs/check_in.html"
    return render(request, template, context, status=409 if refusal else 422 if form.errors else 200)


@login_required
@require_POST
def undo_check_in(request, referral_id):
    referral = get_object_or_404(FairReferral.objects.visible_to(request.user), pk=referral_id)
    policies.check_can_run_fair(request.user, referral.fair)
    services.undo_check_in(referral=referral, by=request.user, at=timezone.now())
    return redirect("fairs:check_in", referral.fair_id)
