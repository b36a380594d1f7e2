"""The ways in: one case, one letter, one placement, inside the area or not at all."""

from django.shortcuts import get_object_or_404

from cases.views.finding import find_case
from jobs.models import Letter, Placement

__all__ = ["find_case", "find_letter", "find_placement", "status_of"]

OF_LETTER = ("case", "worker", "employer", "vacancy", "issued_by", "revoked_by")
OF_PLACEMENT = ("case", "worker", "employer", "vacancy")


def find_letter(request, letter_id: int) -> Letter:
    return get_object_or_404(Letter.objects.visible_to(request.user).select_related(*OF_LETTER), pk=letter_id)


def find_placement(request, placement_id: int) -> Placement:
    placements = Placement.objects.visible_to(request.user).select_related(*OF_PLACEMENT)
    return get_object_or_404(placements, pk=placement_id)


def status_of(form, refusal=None) -> int:
    if refusal is not None:
        return 409
    return 422 if form.errors else 200
