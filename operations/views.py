"""Whether it all runs: a word for machines, a page for administrators."""

from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from operations import readiness


@require_safe
def readyz(request):
    """For whoever watches the machine: 503 and what is wrong, or 200. Names nobody and counts nothing of people."""
    wrong = readiness.what_is_wrong(at=timezone.now())
    answer = JsonResponse({"ready": not wrong, "wrong": wrong}, status=503 if wrong else 200)
    answer.headers["Cache-Control"] = "no-store"
    return answer
