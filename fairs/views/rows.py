"""The ways in: a fair one may see, a fair one may run, a referral one may answer for."""

from django.shortcuts import get_object_or_404

from cases.views.rows import find_case
from fairs import policies
from fairs.models import Fair, FairReferral

__all__ = ["find_case", "find_fair", "find_own_fair", "find_referral"]


def find_fair(request, fair_id: int) -> Fair:
    return get_object_or_404(Fair.objects.visible_to(request.user).select_related("area"), pk=fair_id)


def find_own_fair(request, fair_id: int) -> Fair:
    """404 outside the area, 403 for who may look but not change."""
    fair = find_fair(request, fair_id)
    policies.check_can_run(request.user, fair)
    return fair


def find_referral(request, referral_id: int) -> FairReferral:
    """404 outside the area, 403 for who may see the person but not answer for them."""
    people = FairReferral.objects.visible_to(request.user).for_page()
    referral = get_object_or_404(people, pk=referral_id)
    policies.check_can_answer(request.user, referral)
    return referral
