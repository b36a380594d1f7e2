"""Find a person. The text comes by POST: names and numbers do not belong into addresses."""

from collections import Counter

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases import selectors
from cases.selectors import FoundPerson
from kit.days import local_day
from kit.filters import SearchForm
from kit.pages import address, read_number
from staff.decorators import staff_required
from staff.way_back import FIND_WORD
from workers.policies import can_register, check_can_list_records
from workers.rules.search import Search, detect

INITIALS = 4
FIELDS = {"name", "phone", "id_number"}
"""Kinds of search that are fields of the form that registers a person."""


@staff_required(check_can_list_records)
@require_http_methods(["GET", "HEAD", "POST"])
def find(request):
    form, today = SearchForm(request.POST or request.GET), local_day(timezone.now())
    text, after = form.text, form.after
    found, more = selectors.find_people(text=text, user=request.user, today=today, after=after) if text else ((), None)
    seen = (read_number(form.data.get("seen")) or 0) if after else 0
    search = detect(text)
    context = {
        "text": text,
        "today": today,
        "found": [shown_person(person, search) for person in found],
        "more": more,
        "first": seen + 1,
        "last": seen + len(found),
        "kind_words": kind_words(search),
        "is_understood": search.kind != "nothing",
        "shared": shared_phones(found),
        "can_add": can_register(request.user),
        "new_person": {search.kind: search.text.removeprefix("+86")} if search.kind in FIELDS else {},
    }
    return render(request, "cases/_found.html" if request.htmx else "cases/find.html", context)


def kind_words(search: Search) -> str:
    """What was searched for: the kind is detected, and said."""
    words = {
        "name": _("by name"),
        "pinyin": _("by pinyin"),
        "tail": _("by phone tail and ID tail"),
        "id_tail": _("by ID tail"),
        "phone": _("by the whole phone number"),
        "id_number": _("by the whole ID number"),
        "nothing": _("Type letters, characters or at least four digits."),
    }
    return words[search.kind]


def shown_person(person: FoundPerson, search: Search) -> dict:
    if person.case_id:
        url = reverse("cases:case", args=[person.case_id])
    else:
        url = reverse("workers:worker", args=[person.worker_id])
    mark = search.text.upper() if search.kind == "pinyin" and len(search.text) <= INITIALS else ""
    return {**vars(person), "url": address(url, {"from": FIND_WORD}), "mark": mark}


def shared_phones(found) -> list[tuple[str, int]]:
    """Of each phone that more than one of them has, its tail and how many. Many phones end alike."""
    phones = Counter((person.phone_key, person.phone_tail) for person in found if person.phone_key)
    return [(tail, n) for (_key, tail), n in phones.items() if n > 1]
