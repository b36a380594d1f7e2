"""What a cadre opens in the morning, and what they have entered so far."""

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from cases import policies, selectors
from cases.choices import Channel, Escalation, Step
from cases.forms import TodayFilter
from cases.forms.listing import EVERYBODY
from cases.selectors import Chip, TodayGroup, TodayRow
from cases.views import row_words
from cases.views.map_links import map_links
from cases.views.sheets import today_url
from kit.days import local_day
from staff.decorators import staff_required
from staff.roles import ABOVE_VILLAGE


@staff_required(policies.check_can_open_today)
@require_safe
def today(request):
    now = timezone.now()
    day = local_day(now)
    shown = Shown(request)
    page = selectors.today_page(
        user=request.user, now=now, chip=shown.step, everybody=shown.everybody, after=shown.form.after
    )
    maps = map_links(row.area_id for group in page.groups for row in group.rows)
    groups = [shown.group(group, maps) for group in page.groups]
    context = {
        "today": day,
        "now": now,
        "page": page,
        "chips": [shown.chip(chip) for chip in page.chips],
        "groups": [group for group in groups if group["rows"] or group["more_url"]],
        "whose": shown.whose,
        "first_page_url": shown.url(),
        "done": selectors.count_done(request.user, day),
    }
    template = "cases/_more_rows.html" if request.htmx and page.is_continued else "cases/today.html"
    return render(request, template, context)


@staff_required(policies.check_can_open_today)
@require_safe
def done(request):
    """Today's own entries, each with its undo while that is possible."""
    day = local_day(timezone.now())
    entries = selectors.done_today(request.user, day)
    template = "cases/_done.html" if request.htmx else "cases/done.html"
    return render(request, template, {"entries": entries, "today": day})


class Shown:
    """One reader's list: their filters, and rows as the template wants them."""

    def __init__(self, request):
        self.user = request.user
        self.form = TodayFilter(request.GET)
        self.step = self.form.chosen.get("step", "")
        self.everybody = "whose" in self.form.chosen and self.may_see_everybody

    @property
    def may_see_everybody(self) -> bool:
        """A village cadre's own list is everybody's already, or nearly."""
        return self.user.has_role(*ABOVE_VILLAGE)

    @property
    def came_from(self) -> str:
        """For the sheets, so that they lead back to the list as it was."""
        return ".".join(filter(None, ["today", self.step, EVERYBODY if self.everybody else ""]))

    @property
    def whose(self) -> list[dict]:
        if not self.may_see_everybody:
            return []
        mine = {"label": _("Mine"), "url": today_url(step=self.step), "current": not self.everybody}
        return [
            mine,
            {"label": _("Whole area"), "url": today_url(step=self.step, everybody=True), "current": self.everybody},
        ]

    def url(self, **more: str) -> str:
        return today_url(**{"step": self.step, "everybody": self.everybody} | more)

    def chip(self, chip: Chip) -> dict:
        words = {
            "": pgettext("kinds of work", "All"),
            Step.CONTACT: _("Contact"),
            Step.REFER: _("Recommend"),
            Step.RESULT: _("Ask result"),
            Step.TRAVEL: _("Travel"),
            Step.FOLLOW_UP: _("Follow up"),
        }
        url = self.url(step=chip.step)
        return {"url": url, "label": words[chip.step], "count": chip.count, "current": chip.step == self.step}

    def group(self, group: TodayGroup, maps: dict[int, str]) -> dict:
        titles = {"late": _("Overdue"), "today": _("For today"), "week": _("This week"), "later": _("Later")}
        more = ngettext("%(n)d more person", "%(n)d more people", group.left) % {"n": group.left}
        return {
            "id": group.name,
            "title": titles[group.name],
            "count": group.count,
            "order": _("key groups first, then the longest overdue") if group.name == "late" else "",
            "rows": [self.row(row, group.name, maps) for row in group.rows],
            "more_url": self.url(after=group.more) if group.more else "",
            "more_words": more,
        }

    def row(self, row: TodayRow, group: str, maps: dict[int, str]) -> dict:
        return {
            "url": reverse("cases:case", args=[row.case_id]),
            "name": row.name, "sex": row.sex, "age": row.age, "place": row.place,
            **row_words.times(row, group), "tags": row.tags[:2], "with_whom": self.with_whom(row),
            "call_url": reverse("cases:call", args=[row.case_id]) if row.has_phone else "",
            "map_url": maps.get(row.area_id, ""),
            "next_is_call": row.next_is == Channel.CALL and row.has_phone and row.step == Step.CONTACT,
            "is_urgent": row.is_overdue and not row.tried, "is_resting": bool(row.tried),
            "put_off_because": row.put_off_because,
            **self.next_button(row),
        }  # fmt: skip

    def with_whom(self, row: TodayRow) -> str:
        """Said only when it is not simply one's own."""
        if row.owner_id == self.user.pk and not row.escalation_level:
            return ""
        owner = row.owner or _("nobody responsible yet")
        level = str(Escalation(row.escalation_level).label) if row.escalation_level else ""
        return " · ".join(filter(None, [owner if row.owner_id != self.user.pk else "", level]))

    def next_button(self, row: TodayRow) -> dict:
        """The one thing to do now: a sheet over the list when it is a talk, else the case."""
        if row.step == Step.FOLLOW_UP:
            return self.sheet(_("Follow up"), "cases:follow_up", row)
        if row.next_is == Channel.CALL and row.has_phone:
            return self.sheet(_("Call"), "cases:record_contact", row)
        if row.next_is in (Channel.VISIT, Channel.CALL):
            return self.sheet(pgettext("go and see", "Visit"), "cases:record_visit", row)
        words = {Step.REFER: _("Recommend"), Step.RESULT: _("Record result"), Step.TRAVEL: _("Arrange travel")}
        return {
            "action": words[row.step],
            "action_url": reverse("cases:case", args=[row.case_id]),
            "opens_sheet": False,
        }

    def sheet(self, words: str, url_name: str, row: TodayRow) -> dict:
        url = f"{reverse(url_name, args=[row.case_id])}?from={self.came_from}"
        return {"action": words, "action_url": url, "opens_sheet": True}
