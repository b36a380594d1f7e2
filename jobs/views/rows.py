"""The ways in: one case, letter or placement inside the area or not at all; employers and posts are open to all."""

from django.shortcuts import get_object_or_404

from cases.views.rows import find_case
from jobs.models import Employer, Letter, Placement, Vacancy
from workers.policies import check_can_open_record

__all__ = ["find_case", "find_employer", "find_letter", "find_placement", "find_vacancy"]

OF_LETTER = ("case", "worker", "employer", "vacancy", "issued_by", "revoked_by")
OF_PLACEMENT = ("case", "worker", "employer", "vacancy")


def find_letter(request, letter_id: int) -> Letter:
    """A letter tells as much as a record: who opens none of those opens none of these."""
    letter = get_object_or_404(Letter.objects.visible_to(request.user).select_related(*OF_LETTER), pk=letter_id)
    check_can_open_record(request.user, letter.worker)
    return letter


def find_placement(request, placement_id: int) -> Placement:
    placements = Placement.objects.visible_to(request.user).select_related(*OF_PLACEMENT)
    return get_object_or_404(placements, pk=placement_id)


def find_employer(employer_id: int) -> Employer:
    return get_object_or_404(Employer, pk=employer_id)


def find_vacancy(vacancy_id: int) -> Vacancy:
    return get_object_or_404(Vacancy.objects.select_related("employer", "area"), pk=vacancy_id)
