"""Whether it all runs: a word for machines, a page for administrators."""

from secrets import compare_digest

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from operations import policies, readiness, selectors, services
from operations.metrics import text as measured
from operations.models import Failure
from staff.decorators import staff_required


@require_safe
def readyz(request):
    """For whoever watches the machine: 503 and what is wrong, or 200. Names nobody and counts nothing of people."""
    now = timezone.now()
    wrong = readiness.what_is_wrong(at=now)
    said = {"ready": not wrong, "wrong": wrong}
    if "database" not in wrong and (warnings := readiness.what_to_look_after(at=now)):
        said["warnings"] = warnings
    answer = JsonResponse(said, status=503 if wrong else 200)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@require_safe
def metrics(request):
    """For a Prometheus that has the token of the environment; for everybody else, and without one, nothing is here."""
    told = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.WAYFARE_METRICS_TOKEN or not compare_digest(told.encode(), settings.WAYFARE_METRICS_TOKEN.encode()):
        raise Http404
    answer = HttpResponse(measured(at=timezone.now()), content_type=CONTENT_TYPE_LATEST)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@staff_required(policies.check_can_look_after)
@require_safe
def overview(request):
    context = {
        "overview": selectors.overview(at=timezone.now()),
        "can_try_again": policies.can_try_again(request.user),
    }
    return render(request, "operations/overview.html", context)


@staff_required(policies.check_can_try_again)
@require_POST
def try_again(request, failure_id):
    failure = get_object_or_404(Failure, pk=failure_id)
    services.try_again(failure_id=failure.pk, by=request.user, at=timezone.now())
    messages.success(request, _("The task is on its way again."))
    return redirect("operations:overview")
