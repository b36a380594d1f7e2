"""What the parts of the machine are called on the page of administrators. The machine's own names stay in English."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

WRONG = {
    "database": _("The database does not answer"),
    "migrations": _("The database is not up to date"),
    "static files": _("Styles and pictures of pages are missing"),
    "broker": _("The queues of tasks do not answer"),
    "heartbeat": _("A queue that nobody works on"),
    "clock": _("The clock has stopped"),
    "texts": _("Texts wait and do not leave"),
    "disk": _("The disk is nearly full"),
}
QUEUES = {
    "interactive": pgettext_lazy("queue of tasks", "At once"),
    "bulk": pgettext_lazy("queue of tasks", "In bulk"),
    "documents": pgettext_lazy("queue of tasks", "Papers"),
    "clock": pgettext_lazy("queue of tasks", "By the clock"),
    "rosters": pgettext_lazy("queue of tasks", "Rosters"),
}
TASKS = {
    "notifications.clock.sweep": pgettext_lazy("task", "Send texts that are due"),
    "notifications.clock.tidy_up": pgettext_lazy("task", "Forget numbers of old texts"),
    "notifications.tasks.deliver_messages": pgettext_lazy("task", "Send texts"),
    "cases.clock.escalate_overdue": pgettext_lazy("task", "Take up late cases"),
    "cases.clock.hand_on": pgettext_lazy("task", "Hand on cases of those who left"),
    "cases.clock.release_left_behind": pgettext_lazy("task", "Cases that a colleague left become nobody's"),
    "cases.clock.forget_handovers": pgettext_lazy("task", "Forget old plans of handovers"),
    "cases.clock.ask_again": pgettext_lazy("task", "Ask again for an answer"),
    "staff.clock.forget_sessions": pgettext_lazy("task", "Forget sessions that are over"),
    "fairs.clock.remind_of_tomorrow": pgettext_lazy("task", "Remind of tomorrow's fairs"),
    "fairs.clock.catch_up": pgettext_lazy("task", "Catch up with changes of fairs"),
    "fairs.clock.close_past_fairs": pgettext_lazy("task", "Close fairs that are over"),
    "fairs.tasks.bulk_catch_up": pgettext_lazy("task", "Catch up with changes of one fair"),
    "transport.clock.remind_of_departures": pgettext_lazy("task", "Remind of departures"),
    "transport.clock.fill_freed_seats": pgettext_lazy("task", "Fill freed seats"),
    "transport.clock.chase_arrivals": pgettext_lazy("task", "Ask after arrivals"),
    "transport.tasks.fill_freed_seats": pgettext_lazy("task", "Fill freed seats of one trip"),
    "workers.imports.clock.forget_rosters": pgettext_lazy("task", "Forget old rosters"),
    "workers.imports.clock.restart_lost": pgettext_lazy("task", "Save rosters whose saving was cut off"),
    "workers.journal.clock.seal_journal": pgettext_lazy("task", "Seal the journal"),
    "workers.tasks.import_upload": pgettext_lazy("task", "Save a roster"),
    "jobs.tasks.render_letter": pgettext_lazy("task", "Print a letter"),
    "operations.clock.forget_old": pgettext_lazy("task", "Forget processes that are gone"),
    "operations.clock.back_up": pgettext_lazy("task", "Back up everything"),
    "operations.clock.pulse": pgettext_lazy("task", "Sign of life"),
    "operations.clock.fold_tallies": pgettext_lazy("task", "Add up the tallies"),
    "operations.clock.check_tallies": pgettext_lazy("task", "Count the tallies anew"),
}


def task(name: str) -> str:
    """Without its path when it has no word yet: `clock.sweep`."""
    return str(TASKS.get(name) or name.split(".", 1)[-1])


def ago(delta: timedelta | None) -> str:
    if delta is None:
        return str(_("never"))
    seconds = int(delta.total_seconds())
    if seconds < 120:
        return _("%(n)s s ago") % {"n": max(seconds, 0)}
    if seconds < 7200:
        return _("%(n)s min ago") % {"n": seconds // 60}
    return _("%(n)s h ago") % {"n": seconds // 3600}
