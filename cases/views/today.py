"""What a cadre opens in the morning, and what they have entered so far."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cases import policies, selectors
from cases.forms import TodayFilter
from cases.views.in_place import DONE, undo_url
from cases.views.today_list import Shown
from kit.days import local_day
from staff.decorators import staff_required
from staff.way_back import came_by_a_list


@staff_required(policies.check_can_open_today)
@require_safe
def today(request):
    came_by_a_list(request)
    now, form = timezone.now(), TodayFilter(request.GET)
    shown = Shown(request.user, step=form.chosen.get("step", ""), everybody="whose" in form.chosen)
    page = selectors.today_page(
        user=request.user, now=now, chip=shown.step, everybody=shown.everybody, after=form.after
    )
    context = shown.numbers(page) | {
        "groups": shown.groups(page),
        "absent": shown.absent(page),
        "whose": shown.whose,
        "now": now,
    }
    context |= {"today": local_day(now), "done": selectors.count_done(request.user, local_day(now))}
    template = "cases/_more_rows.html" if request.htmx and page.is_continued else "cases/today.html"
    return render(request, template, context)


@staff_required(policies.check_can_open_today)
@require_safe
def done(request):
    """Today's own entries, each with its undo while that is possible."""
    day = local_day(timezone.now())
    done = selectors.done_today(request.user, day)
    entries = [(entry, entry.undoable and undo_url(entry.undoable, f"today.{DONE}")) for entry in done]
    template = "cases/_done.html" if request.htmx else "cases/done.html"
    may_take_back = any(url for _entry, url in entries)
    return render(request, template, {"entries": entries, "may_take_back": may_take_back, "today": day})
