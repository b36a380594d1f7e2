"""For whoever checks the work: every line with its hash, the path taken, who looked, and the engine's record."""

from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from areas.selectors import full_name
from cases import selectors
from cases.choices import ItemState
from cases.models import WorkItem
from cases.selectors import charts
from cases.views.rows import open_file
from kit.dates import day
from kit.days import local_day
from staff.selectors import overseen_among
from workers import journal
from workers.selectors import looks_at

LOOKS = 30


@dataclass(frozen=True)
class Finding:
    """One thing the page noticed by itself: kind is done, soon or late."""

    kind: str
    word: str
    words: str


@login_required
@require_safe
def audit(request, case_id):
    case, now = open_file(request, case_id), timezone.now()
    history = selectors.history(case)
    faults = journal.verify(case.worker_id)
    items = list(WorkItem.objects.filter(case=case).order_by("pk"))
    broken = {seq: "; ".join(fault_words(each.why) for each in found) for seq, found in _by_line(faults).items()}
    looks = looks_at(case.worker_id, LOOKS)
    context = {
        "case": case,
        "now": now,
        "age": case.worker.age(local_day(now)),
        "place": full_name(case.area_id),
        "lines": [{**vars(line), "fault": broken.get(line.seq, "")} for line in history.lines],
        "chart": charts.path_chart(case, history.moves),
        "faults": [(fault.seq, fault_words(fault.why)) for fault in faults],
        "findings": findings(history.lines, faults, items),
        "looks": looks,
        "overseen": overseen_among((look.user_id for look in looks), request.user),
    }
    return render(request, "cases/audit.html", context)


def fault_words(why: str) -> str:
    words = {
        "altered": _("this line was altered after it was written"),
        "missing": _("lines before this one are missing"),
        "cut_off": _("lines after this one are missing"),
        "forged": _("this line was not written by Wayfare"),
        "head_moved": _("the end of the journal was not set by Wayfare: it was moved back, continued or computed anew"),
        "deleted": _("this is the last line, and the person was deleted from the register"),
        "left_and_there": _("this line says that the person left the register, and they stand there"),
        "no_chain": _("there is no line at all: the journal was deleted whole"),
    }
    return words[why]


def _by_line(faults) -> dict[int, list]:
    return {seq: list(found) for seq, found in groupby(sorted(faults, key=attrgetter("seq")), key=attrgetter("seq"))}


def findings(lines, faults, items) -> list[Finding]:
    """What a checker would look for first."""
    found = [chain_finding(faults), *time_findings(items)]
    late = sum(line.very_late for line in lines)
    if late:
        words = ngettext("%(n)d line entered more than a day late", "%(n)d lines entered more than a day late", late)
        found.append(Finding("soon", _("Look"), words % {"n": late}))
    undone = sum(item.state == ItemState.UNDONE for item in items)
    if undone:
        words = ngettext("%(n)d step taken back the same day", "%(n)d steps taken back the same day", undone)
        found.append(Finding("soon", _("Look"), words % {"n": undone}))
    return found


def chain_finding(faults) -> Finding:
    if faults:
        return Finding("late", _("Broken"), _("The journal does not add up."))
    return Finding("done", _("Holds"), _("Every line carries the hash of the line before it."))


def time_findings(items) -> list[Finding]:
    """Steps that somebody finished; what was overtaken by events had no time limit to keep."""
    finished = [item for item in items if item.state == ItemState.DONE]
    late = [item for item in finished if item.finished_at > item.due_at]
    in_time = len(finished) - len(late)
    found = []
    if in_time:
        words = ngettext("%(n)d step done in time", "%(n)d steps done in time", in_time)
        found.append(Finding("done", _("In time"), words % {"n": in_time}))
    for item in late:
        words = _("%(step)s: due %(due)s, done %(done)s") % {
            "step": item.get_step_display(), "due": day(item.due_at), "done": day(item.finished_at),
        }  # fmt: skip
        found.append(Finding("late", _("Late"), words))
    return found


@login_required
@require_safe
def flow_chart(request, case_id):
    case = open_file(request, case_id)
    items = WorkItem.objects.filter(case=case).select_related("finished_by", "owner").order_by("-pk")
    context = {"case": case, "items": items, "chart": charts.flow_chart(case), "place": full_name(case.area_id)}
    return render(request, "cases/flow_chart.html", context)
