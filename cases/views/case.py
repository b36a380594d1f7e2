from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from areas.templatetags.wayfare_dates import day, near_day
from cases import policies, selectors
from cases.choices import Escalation, Step
from cases.views.finding import find_case
from staff.models import AccessLog
from staff.services import log_access
from workers.policies import can_reveal


@login_required
@require_safe
def case(request, case_id):
    found, now = find_case(request, case_id), timezone.now()
    today = timezone.localdate(now)
    log_access(user=request.user, worker_id=found.worker_id, what=AccessLog.What.OPENED_RECORD, at=now)
    page = selectors.case_page(case=found, user=request.user, today=today)
    context = {
        **vars(page),
        "today": today,
        "steps": [shown_step(step, today) for step in page.steps],
        "next_step": next_step(page),
        "not_before": page.item.not_before
        if page.item and page.item.not_before and page.item.not_before > now
        else None,
        "escalation_words": escalation_words(page.item, today),
        "escalates_at": page.item and page.item.escalates_at,
        "more_lines": page.line_count > len(page.lines),
        "panels": [shown_panel(panel, found.pk) for panel in page.panels],
        "can_work": policies.can_work_on(request.user, found),
        "can_assign": policies.can_assign(request.user, found),
        "can_call": policies.can_see_phone(request.user, found),
        "can_reveal_id": can_reveal(request.user, "id_number"),
        "can_reveal_phone": can_reveal(request.user, "phone"),
        "record_url": record_url(page),
        "back_url": back_url(request),
    }
    return render(request, "cases/case.html", context)


def back_url(request) -> str:
    """A cadre goes back to Today, everybody else to the list."""
    return reverse("cases:today" if request.user.has_role(*policies.CADRES) else "cases:list")


def record_url(page) -> str:
    """One button records what the open step asks for."""
    if page.item and page.item.step == Step.FOLLOW_UP:
        return reverse("cases:follow_up", args=[page.case.pk])
    return reverse("cases:record_contact", args=[page.case.pk])


def shown_step(step, today) -> dict:
    return {"label": step.label, "when": step.when, "date_words": day(step.on, today) if step.on else ""}


def shown_panel(panel, case_id) -> dict:
    return {"url": panel.url(case_id), "icon": panel.icon, "title": panel.title}


def next_step(page) -> dict | None:
    """The card's title and buttons: our own for a talk, those of later stages for the rest."""
    if page.item is None:
        return None
    titles = {
        Step.CONTACT: _("Get in touch"),
        Step.REFER: _("Recommend a job"),
        Step.RESULT: _("Ask how it went"),
        Step.TRAVEL: _("Arrange the journey"),
        Step.FOLLOW_UP: _("Ask whether the job lasts"),
    }
    own = own_actions(page)
    later = [{"label": a.label, "url": a.url(page.case.pk), "icon": "", "sheet": False} for a in page.actions]
    return {"title": titles[page.item.step], "actions": own + later, "has_own": bool(own)}


def own_actions(page) -> list[dict]:
    talks = {
        Step.CONTACT: [
            (_("Record a call"), "cases:record_contact", "phone"),
            (_("Record a visit"), "cases:record_visit", "home"),
        ],
        Step.FOLLOW_UP: [(_("Record the follow-up"), "cases:follow_up", "calendar-event")],
    }
    return [
        {"label": label, "url": reverse(url_name, args=[page.case.pk]), "icon": icon, "sheet": True}
        for label, url_name, icon in talks.get(page.item.step, [])
    ]


def escalation_words(item, today) -> str:
    """What happens if nothing is done, said beforehand."""
    if item is None or item.escalates_at is None:
        return ""
    when = {"day": near_day(item.escalates_at, today)}
    if item.escalation_level == Escalation.VILLAGE:
        return _("If nothing is done, the township takes it up: %(day)s.") % when
    return _("If nothing is done, the county takes it up: %(day)s.") % when
