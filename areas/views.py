from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from areas import selectors
from areas.models import Area


@login_required
@require_GET
def children(request, code):
    """The options of the next select in a row of them: counties of a prefecture, villages of a township."""
    area = get_object_or_404(Area, pk=code)
    context = {"options": selectors.children_of(area), "chosen": request.GET.get("chosen", "")}
    return render(request, "areas/_options.html", context)
