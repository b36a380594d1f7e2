from collections import Counter

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases import policies, selectors
from cases.selectors import FoundPerson
from workers.finding import detect


@login_required
@require_safe
def find(request):
    text, today = request.GET.get("q", "").strip()[:60], timezone.localdate()
    found, has_more = selectors.find_people(text=text, user=request.user, today=today) if text else ((), False)
    search = detect(text)
    context = {
        "text": text,
        "today": today,
        "found": [shown_person(person, search) for person in found],
        "has_more": has_more,
        "how": _("Name, pinyin initials, phone tail or ID tail, all in one box"),
        "kind_words": kind_words(search),
        "shared": shared_phones(found),
        "can_add": request.user.has_role(*policies.CASEWORKERS),
    }
    return render(request, "cases/find.html", context)


def kind_words(search) -> str:
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


def shown_person(person: FoundPerson, search) -> dict:
    url = (
        reverse("cases:case", args=[person.case_id])
        if person.case_id
        else reverse("workers:worker", args=[person.worker_id])
    )
    mark = search.text.upper() if search.kind == "pinyin" and len(search.text) <= 4 else ""
    return {**vars(person), "url": url, "mark": mark}


def shared_phones(found) -> list[tuple[str, int]]:
    tails = Counter(person.phone_tail for person in found if person.phone_tail)
    return [(tail, n) for tail, n in tails.items() if n > 1]
