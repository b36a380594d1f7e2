"""One reader's list of Today: its chips, groups and rows as the templates want them."""

from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from areas.selectors import place_name
from cases.choices import Channel, Escalation, Step
from cases.forms.listing import EVERYBODY
from cases.models import Case
from cases.selectors import Chip, TodayGroup, TodayPage, TodayRow
from cases.selectors.people import short_sex
from cases.views import row_words
from cases.views.map_pins import Pin, map_pins
from cases.views.sheets import today_url
from kit.days import local_day
from kit.pages import row_address
from staff.roles import ABOVE_VILLAGE


def case_url(row: TodayRow) -> str:
    return row_address("cases:case", row.case_id)


class Shown:
    """One reader's list: their filters, and rows as the template wants them."""

    def __init__(self, user, *, step: str = "", everybody: bool = False):
        self.user, self.step = user, step
        self.everybody = everybody and self.may_see_everybody

    @property
    def may_see_everybody(self) -> bool:
        """A village cadre's own list is everybody's already, or nearly."""
        return self.user.has_role_anywhere(*ABOVE_VILLAGE)

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

    def numbers(self, page: TodayPage) -> dict:
        """What stands above the rows."""
        chips = [self.chip(chip) for chip in page.chips]
        return {"page": page, "chips": chips, "first_page_url": self.url(), "swap": False}

    def groups(self, page: TodayPage) -> list[dict]:
        maps = map_pins(row.area_id for group in page.groups for row in group.rows)
        groups = [self.group(group, maps) for group in page.groups]
        return [group for group in groups if group["rows"] or group["more_url"]]

    def absent(self, page: TodayPage) -> list[str]:
        """Groups with nothing to show. An answer in place has a number for each group."""
        return [group.name for group in page.groups if not group.rows and not group.more]

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

    def group(self, group: TodayGroup, maps: dict[int, Pin]) -> dict:
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

    def row(self, row: TodayRow, group: str, maps: dict[int, Pin]) -> dict:
        return {
            "case_id": row.case_id, "url": case_url(row),
            "name": row.name, "who": f"{row.sex} {row.age}", "place": row.place,
            **row_words.times(row, group), "tags": row.tags[:2], "with_whom": self.with_whom(row),
            "call_url": row_address("cases:call", row.case_id) if row.has_phone else "",
            **row_words.on_the_map(row.name, maps.get(row.area_id)), **row_words.of_calling(row.name),
            "next_is_call": self.is_call(row),
            "is_urgent": row.is_overdue and not row.tried, "is_resting": bool(row.tried), "is_done": False,
            "put_off_because": row.put_off_because,
            "talk_url": self.talk_url(row), **self.next_button(row),
        }  # fmt: skip

    def is_call(self, row: TodayRow) -> bool:
        return row.next_is == Channel.CALL and row.has_phone and row.step == Step.CONTACT and not row.wrote_back

    def talk_url(self, row: TodayRow) -> str:
        """The sheet that waits when one comes back from the phone."""
        is_follow_up = row.step == Step.FOLLOW_UP and not row.wrote_back
        page = "cases:follow_up" if is_follow_up else "cases:record_contact"
        return self.sheet_url(page, row)

    def person(self, case: Case) -> dict:
        """A row that says who and nothing to do."""
        worker = case.worker
        return {
            "case_id": case.pk, "url": row_address("cases:case", case.pk), "name": worker.name,
            "who": f"{short_sex(worker)} {worker.age(local_day(now()))}", "place": place_name(case.area_id),
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
        if row.wrote_back:
            return {"action": _("Read the text"), "action_url": case_url(row), "opens_sheet": False}
        if row.step == Step.FOLLOW_UP:
            return self.sheet(_("Follow up"), "cases:follow_up", row)
        if row.next_is == Channel.CALL and row.has_phone:
            return self.sheet(_("Call"), "cases:record_contact", row)
        if row.next_is in (Channel.VISIT, Channel.CALL):
            return self.sheet(pgettext("go and see", "Visit"), "cases:record_visit", row)
        words = {Step.REFER: _("Recommend"), Step.RESULT: _("Ask result"), Step.TRAVEL: _("Arrange travel")}
        return {
            "action": row.action or words[row.step],
            "action_url": case_url(row),
            "opens_sheet": False,
        }

    def sheet(self, words: str, url_name: str, row: TodayRow) -> dict:
        return {"action": words, "action_url": self.sheet_url(url_name, row), "opens_sheet": True}

    def sheet_url(self, url_name: str, row: TodayRow) -> str:
        return f"{row_address(url_name, row.case_id)}?from={self.came_from}"
