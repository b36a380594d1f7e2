from django.shortcuts import get_object_or_404

from cases.models import Case


def find_case(request, case_id: int) -> Case:
    """The case with its worker and place, or 404: outside the area it does not exist."""
    cases = Case.objects.visible_to(request.user).select_related(
        "worker__area__parent", "worker__household", "area__parent", "owner"
    )
    return get_object_or_404(cases, pk=case_id)
