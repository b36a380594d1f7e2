"""After an entry made from Today the page stays as it is: its row says what happened and sinks, the numbers follow."""

from urllib.parse import urlsplit

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import selectors
from cases.choices import Step
from cases.models import Case, ContactAttempt, FollowUpEntry
from cases.views import row_words
from cases.views.map_pins import map_pins
from cases.views.rows import find_case
from cases.views.sheets import came_from_word, go_on, list_of_word
from cases.views.today_list import Shown
from kit.days import local_day
from kit.pages import address

# in the word of where one came from: pressed in the list of what was entered
DONE = "done"


def entered(request, case_id: int, *, said: str, undo_url: str = ""):
    """Back to where the work is. `said` is what came of the talk."""
    if not stays(request):
        return go_on(request, case_id)
    shown = Shown(request.user, **list_of_word(came_from_word(request)))
    return _answer(request, shown, _row(request, shown, case_id, said, undo_url))


def undone(request, case_id: int, entry: ContactAttempt | FollowUpEntry):
    """The row is again where it was."""
    if not stays(request):
        return go_on(request, case_id)
    shown = Shown(request.user, **list_of_word(came_from_word(request)))
    is_in_sight = DONE in came_from_word(request).split(".")
    return _answer(request, shown, _row_again(request, shown, case_id), undone_entry=entry.key if is_in_sight else "")


def stays(request) -> bool:
    """Not where the sheet is a page of its own, as after signing in again: Today's row is not there to be changed."""
    stood = urlsplit(request.htmx.current_url_abs_path or "").path
    return bool(request.htmx and came_from_word(request)) and stood != request.path


def _row(request, shown: Shown, case_id: int, said: str, undo_url: str) -> dict:
    """Who is to be called at once, at the new number they gave, waits as before."""
    found = selectors.row_of_case(case_id, timezone.now())
    if found is None:
        return _ended_row(request, shown, find_case(request, case_id), said, undo_url)
    done = {"is_done": True, "undo_url": undo_url, "is_urgent": False}
    group, row = found
    words = shown.row(row, group, map_pins([row.area_id]))
    if row.tried:
        return words | done
    return words if row.step == Step.CONTACT else words | row_words.of_done(said, row) | done


def _row_again(request, shown: Shown, case_id: int) -> dict:
    """Undo pressed twice may come back after a later talk that ended the case: the row then says that talk."""
    found = selectors.row_of_case(case_id, timezone.now())
    if found is not None:
        group, row = found
        return shown.row(row, group, map_pins([row.area_id]))
    case = find_case(request, case_id)
    last = selectors.undoable(case, request.user, local_day(timezone.now()))
    if last is None:
        return _ended_row(request, shown, case, "", "")
    return _ended_row(request, shown, case, last.told, undo_url_of(request, last))


def _ended_row(request, shown: Shown, case: Case, said: str, undo_url: str) -> dict:
    words = row_words.of_ended(said, _how_it_ended(case))
    return shown.person(case) | words | {"is_done": True, "undo_url": undo_url, "is_urgent": False}


def undo_url_of(request, entry: ContactAttempt | FollowUpEntry) -> str:
    return undo_url(entry, came_from_word(request))


def undo_url(entry: ContactAttempt | FollowUpEntry, came_from: str) -> str:
    """ "" for what cannot be taken back."""
    if entry.has_ended_a_job:
        return ""
    page = "cases:undo_contact" if isinstance(entry, ContactAttempt) else "cases:undo_follow_up"
    return address(reverse(page, args=[entry.pk]), {"from": came_from})


def _how_it_ended(case: Case) -> str:
    return _("Ended: %(how)s") % {"how": case.get_closed_because_display() or case.get_state_display()}


def _answer(request, shown: Shown, row: dict, **more):
    now = timezone.now()
    page = selectors.today_figures(user=request.user, now=now, chip=shown.step, everybody=shown.everybody)
    done = selectors.count_done(request.user, local_day(now))
    context = shown.numbers(page) | {"row": row, "done": done, "today": local_day(now), "swap": True}
    return render(request, "cases/_in_place.html", context | more)
