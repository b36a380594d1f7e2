"""One colleague's looks of a day, each with the record it was about."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from kit.days import local_day
from kit.pages import address
from staff import navigation
from staff.selectors import colleagues_overseen_by
from workers.forms import LooksFilter
from workers.looking import looks_page


@login_required
@require_safe
def looks_of_colleague(request, user_id: int):
    """Somebody whom the reader does not oversee is not there."""
    colleague = get_object_or_404(colleagues_overseen_by(request.user), pk=user_id)
    form, today = LooksFilter(request.GET, request.path), local_day(timezone.now())
    day = min(form.chosen.get("day") or today, today)
    page = looks_page(
        colleague=colleague, day=day, reader=request.user, what=form.chosen.get("what", ""), after=form.after
    )
    context = {
        "colleague": colleague,
        "form": form,
        "day": day,
        "page": page,
        "back_url": address(navigation.url_of("staff:accesses"), {"day": day.isoformat()}),
        **form.pages(page.next_after),
    }
    return render(request, "workers/looks.html", context)
