"""Whoever has a case is shown on its page: it knows more than the bare record."""

from django.urls import reverse

from cases.models import Case
from workers import record_page
from workers.models import Worker


@record_page.register
def page_of_the_case(worker: Worker) -> str | None:
    """Of the latest one, open or ended."""
    found = Case.objects.filter(worker_id=worker.pk).order_by("-opened_at", "-pk").values_list("pk", flat=True).first()
    return reverse("cases:case", args=[found]) if found else None
