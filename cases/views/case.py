"""The page of one case: where it stands, the next step with its buttons, what happened, the file."""

from datetime import date

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from cases import policies, reasons, selectors
from cases.choices import ANSWERS, Escalation, State, Step
from cases.contact.outcomes import BEFORE_WORK, CLOSES
from cases.models import WorkItem
from cases.selectors import CasePage, CaseStep
from cases.views.in_place import undo_url_of
from cases.views.rows import open_file, place_for
from kit.dates import clock, day, day_or_moment, near_day
from kit.days import local_day
from staff.roles import CADRES
from staff.way_back import was_found
from workers.choices import spoken_place
from workers.journal.telling import lines_told
from workers.policies import can_reveal


@login_required
@require_safe
def case(request, case_id):
    found, now = open_file(request, case_id), timezone.now()
    today = local_day(now)
    page = selectors.case_page(case=found, user=request.user, today=today)
    rights = rights_of(request.user, found)
    context = {
        **vars(page),
        **rights,
        "today": today,
        "place": place_for(request.user, found.area_id),
        "steps": [shown_step(step, today) for step in page.steps],
        "next_step": next_step(page, rights),
        "rests_until": rests_until(page.item, now),
        "limit_words": limit_words(page.item),
        "waits_because": page.item.waits_because(today) if page.item else "",
        "escalation_words": escalation_words(page.item, today),
        "wish_place": spoken_place(found.worker.wish_place),
        "more_lines": page.line_count > lines_told(page.lines),
        "panels": shown_panels(page),
        "record_url": record_url(page),
        **last_entry(request, page, rights),
        **way_back(request),
    }
    return render(request, "cases/case.html", context)


def shown_panels(page: CasePage) -> list[dict]:
    """The texts stand first when the next step speaks of one."""
    url = reverse("notifications:panel", args=[page.worker.pk])
    texts = {"url": url, "icon": "message", "title": pgettext("case panel", "Texts")}
    later = [{"url": panel.url(page.case.pk), "icon": panel.icon, "title": panel.title} for panel in page.panels]
    return [texts, *later] if page.item and page.item.reason in ANSWERS else [*later, texts]


def rights_of(user, case) -> dict[str, bool]:
    """What this person finds a button for."""
    return {
        "can_work": policies.can_work_on(user, case),
        "can_move": policies.can_move(user, case),
        "can_assign": policies.can_assign(user, case) and case.is_open,
        "can_call": policies.can_see_phone(user, case) and case.worker.can_be_called,
        "can_reveal_id": can_reveal(user, case.worker, "id_number"),
        "can_reveal_phone": can_reveal(user, case.worker, "phone"),
    }


def last_entry(request, page: CasePage, rights: dict) -> dict[str, str]:
    """What this person has entered last, while it can be taken back; nothing else."""
    if page.gone_alone and rights["can_move"]:
        words = {"time": clock(page.gone_alone), "outcome": _("goes by own means")}
        undo_url = reverse("cases:undo_travel_alone", args=[page.case.pk])
    elif page.undoable and rights["can_work"]:
        words = {"time": clock(page.undoable.entered_at), "outcome": page.undoable.told}
        undo_url = undo_url_of(request, page.undoable)
    else:
        return {}
    return {"undo_url": undo_url, "undo_words": _("Recorded at %(time)s: %(outcome)s") % words}


def way_back(request) -> dict[str, str]:
    """To Find, which keeps its words, if the person was found there; else a cadre goes back to Today, everybody else to
    the list."""
    if was_found(request):
        list_words = pgettext("navigation", "Find")
        return {"back_url": reverse("cases:find"), "back_words": _("Back to Find"), "list_words": list_words}
    if request.user.has_role_anywhere(*CADRES):
        list_words = pgettext("navigation", "Today")
        return {"back_url": reverse("cases:today"), "back_words": _("Back to today"), "list_words": list_words}
    list_words = pgettext("of many workers", "Cases")
    return {"back_url": reverse("cases:list"), "back_words": _("Back to the list"), "list_words": list_words}


def record_url(page: CasePage) -> str:
    """One button records what the open step asks for, or what was asked of somebody who wrote back."""
    item = page.item
    is_follow_up = item and item.step == Step.FOLLOW_UP and item.reason not in ANSWERS
    return reverse("cases:follow_up" if is_follow_up else "cases:record_contact", args=[page.case.pk])


def rests_until(item: WorkItem | None, now) -> str:
    """When it comes back to Today. A result is asked for at any time of the day; who was tried, at the planned one."""
    if item is None or item.not_before is None or item.not_before <= now:
        return ""
    if words := reasons.step_words(item.reason).rests:
        return str(words)
    if item.step == Step.RESULT and not reasons.tried(item.reason, item.reason_data):
        return _("Ask for the result by %(day)s") % {"day": day(item.not_before)}
    return _("Again: %(time)s") % {"time": day_or_moment(item.not_before)}


def limit_words(item: WorkItem | None) -> str:
    """The time limit, where the head of the page says when it comes back."""
    if item is None or item.comes_back is None or local_day(item.due_at) == local_day(item.not_before):
        return ""
    return _("Time limit: %(day)s") % {"day": day(item.due_at)}


def shown_step(step: CaseStep, today: date) -> dict:
    """Short words: six of them stand side by side on a phone."""
    words = {
        State.FLAGGED: pgettext("stepper", "Flagged"),
        State.CONTACTED: pgettext("stepper", "Contacted"),
        State.REFERRED: pgettext("stepper", "Referred"),
        State.PLACED: pgettext("stepper", "Placed"),
        State.TRANSPORTED: pgettext("stepper", "Travelled"),
        State.SETTLED: pgettext("stepper", "Settled"),
    }
    return {"label": words[step.state], "when": step.when, "date_words": day(step.on, today) if step.on else ""}


def next_step(page: CasePage, rights: dict) -> dict | None:
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
    title = reasons.step_words(page.item.reason).title or titles[page.item.step]
    later = [button(action.label, action.url(page.case.pk)) for action in page.actions]
    own = own_buttons(page, rights)
    if _has_nothing_to_record_yet(page):
        return {"title": title, "buttons": [*own, *later], "is_filled": False}
    is_filled = bool(later) and page.item.step not in (Step.CONTACT, Step.FOLLOW_UP)
    return {"title": title, "buttons": [*later, *own], "is_filled": is_filled}


def _has_nothing_to_record_yet(page: CasePage) -> bool:
    """The person is asked first; that they work elsewhere is only one of the things they may say."""
    return page.item.step == Step.RESULT and not any(action.fits for action in page.actions)


def own_buttons(page: CasePage, rights: dict) -> list[dict]:
    """The bar at the bottom has the talk; here is what else the step may need."""
    case_id, step, can_work = page.case.pk, page.item.step, rights["can_work"]
    call = button(_("Record a call"), reverse("cases:record_contact", args=[case_id]), "phone", sheet=True)
    if step == Step.CONTACT and can_work:
        return [call, button(_("Record a visit"), reverse("cases:record_visit", args=[case_id]), "home", sheet=True)]
    asks = step == Step.RESULT or page.item.reason in ANSWERS
    ends = button_that_ends(page) if can_work else []
    return [*ends, *([call] if asks and can_work else []), *_buttons_of(step, case_id, rights)]


def button_that_ends(page: CasePage) -> list[dict]:
    """The record says something that leaves nothing to look for: studies, army, moved away."""
    reason = CLOSES.get(page.worker.status) if page.case.state in BEFORE_WORK else None
    if reason is None:
        return []
    words = _("Now: %(status)s. Close the case") % {"status": page.worker.get_status_display()}
    return [button(words, f"{reverse('cases:close', args=[page.case.pk])}?reason={reason}", "circle-check")]


def _buttons_of(step: str, case_id: int, rights: dict) -> list[dict]:
    if step == Step.FOLLOW_UP and rights["can_work"]:
        return [
            button(_("Record the follow-up"), reverse("cases:follow_up", args=[case_id]), "calendar-event", sheet=True)
        ]
    if step == Step.TRAVEL and rights["can_move"]:
        return [button(_("Goes by own means"), reverse("cases:travel_alone", args=[case_id]), "walk", sheet=True)]
    return []


def button(label, url: str, icon: str = "", *, sheet: bool = False) -> dict:
    return {"label": label, "url": url, "icon": icon, "sheet": sheet}


def escalation_words(item: WorkItem | None, today: date) -> list[str]:
    """Who has it by now, and what happens if nothing is done: said beforehand, unless there is nothing to do."""
    if item is None or (item.comes_back and reasons.step_words(item.reason).rests):
        return []
    has_it = {
        Escalation.TOWNSHIP: _("The township has taken this up."),
        Escalation.COUNTY: _("The county has taken this up."),
    }
    said = [has_it[item.escalation_level]] if item.escalation_level in has_it else []
    if item.escalates_at is None:
        return said
    when = {"day": near_day(item.escalates_at, today)}
    if item.escalation_level == Escalation.VILLAGE:
        return [*said, _("If nothing is done, the township takes it up: %(day)s.") % when]
    return [*said, _("If nothing is done, the county takes it up: %(day)s.") % when]
