from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from viewflow.workflow import chart

from cases import selectors
from cases.flows import PlacementFlow
from cases.models import CaseProcess, WorkItem
from cases.views.finding import find_case
from staff.models import AccessLog
from workers import journal

LOOKS = 30


@login_required
@require_safe
def audit(request, case_id):
    """Every line with its hash, the check of the chain, and who opened the record."""
    case = find_case(request, case_id)
    looks = AccessLog.objects.filter(worker_id=case.worker_id).select_related("user").order_by("-at")
    context = {
        "case": case,
        "lines": selectors.journal_lines(case.worker),
        "broken": list(journal.verify(case.worker)),
        "looks": looks[:LOOKS],
    }
    return render(request, "cases/audit.html", context)


@login_required
@require_safe
def flow_chart(request, case_id):
    case = find_case(request, case_id)
    if request.GET.get("svg"):
        return HttpResponse(draw(case), content_type="image/svg+xml")
    items = WorkItem.objects.filter(case=case).select_related("finished_by").order_by("-pk")
    return render(request, "cases/flow_chart.html", {"case": case, "items": items})


def draw(case) -> str:
    grid = chart.calc_layout_data(PlacementFlow)
    process = CaseProcess.objects.filter(artifact_object_id=case.pk).order_by("-pk").first()
    if process:
        chart.calc_cell_status(PlacementFlow, grid, process.pk)
    return chart.grid_to_svg(grid)
