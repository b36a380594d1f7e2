from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from cases import selectors
from cases.choices import Step
from cases.places import map_links
from cases.selectors import Chip, TodayGroup, TodayRow


@login_required
@require_safe
def today(request):
    now = timezone.now()
    day, chip = timezone.localdate(now), request.GET.get("step", "")
    page = selectors.today_page(user=request.user, today=day, chip=chip, after=request.GET.get("after"))
    maps = map_links(row.area_id for group in page.groups for row in group.rows)
    groups = [shown_group(group, chip, maps) for group in page.groups]
    context = {
        "today": day,
        "now": now,
        "page": page,
        "chips": [shown_chip(c, chip) for c in page.chips],
        "groups": groups,
        "has_rows": any(group["rows"] for group in groups),
    }
    return render(request, "cases/today.html", context)


def shown_chip(chip: Chip, current: str) -> dict:
    words = {
        "": pgettext("kinds of work", "All"),
        Step.CONTACT: _("Contact"),
        Step.REFER: _("Recommend"),
        Step.RESULT: _("Ask result"),
        Step.TRAVEL: _("Travel"),
        Step.FOLLOW_UP: _("Follow up"),
    }
    url = reverse("cases:today") + (f"?step={chip.step}" if chip.step else "")
    return {"url": url, "label": words[chip.step], "count": chip.count, "current": chip.step == current}


def shown_group(group: TodayGroup, chip: str, maps: dict[int, str]) -> dict:
    titles = {"late": _("Overdue"), "today": _("Due today"), "week": _("This week")}
    left = group.count - len(group.rows)
    step = f"&step={chip}" if chip else ""
    return {
        "id": group.name,
        "title": titles[group.name],
        "count": group.count,
        "order": _("zero-employment and monitored first") if group.name == "late" else "",
        "rows": [shown_row(row, maps) for row in group.rows],
        "more_url": f"{reverse('cases:today')}?after={group.more}{step}" if group.more else "",
        "more_words": ngettext("%(n)d more person", "%(n)d more people", left) % {"n": left},
    }


def shown_row(row: TodayRow, maps: dict[int, str]) -> dict:
    action = next_button(row)
    return {
        "url": reverse("cases:case", args=[row.case_id]),
        "name": row.name, "sex": row.sex, "age": row.age, "place": row.place,
        "due_at": row.due_at, "reason": row.reason, "tags": row.tags[:2],
        "call_url": reverse("cases:call", args=[row.case_id]) if row.has_phone else "",
        "map_url": maps.get(row.area_id, ""),
        "next_is_call": row.next_is == "call" and row.has_phone,
        "is_overdue": row.is_overdue,
        **action,
    }  # fmt: skip


def next_button(row: TodayRow) -> dict:
    """The one thing to do now: a sheet over the list when it is a talk, else the case."""
    if row.step == Step.FOLLOW_UP:
        return button(_("Follow up"), "cases:follow_up", row, sheet=True)
    if row.next_is == "call" and row.has_phone:
        return button(_("Call"), "cases:record_contact", row, sheet=True)
    if row.next_is in ("visit", "call"):
        return button(pgettext("go and see", "Visit"), "cases:record_visit", row, sheet=True)
    words = {Step.REFER: _("Recommend"), Step.RESULT: _("Record result"), Step.TRAVEL: _("Arrange travel")}
    return button(words[row.step], "cases:case", row, sheet=False)


def button(words: str, url_name: str, row: TodayRow, *, sheet: bool) -> dict:
    url = reverse(url_name, args=[row.case_id]) + ("?from=today" if sheet else "")
    return {"action": words, "action_url": url, "opens_sheet": sheet}
