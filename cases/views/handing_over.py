"""Many cases to one person: each answers for itself, and the whole can be given back."""

from collections import Counter
from dataclasses import dataclass

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from areas.selectors import place_name
from cases import policies, services
from cases.choices import NOBODY
from cases.forms import ReassignForm
from cases.models import Case
from cases.services import RowResult, Verdict
from cases.views.selection import back_to, chosen_ids, filter_words
from staff.decorators import staff_required
from staff.models import User

ROWS_SHOWN = 200


@staff_required(policies.check_can_reassign)
@require_POST
def reassign(request):
    """Nothing is handed over before a look at what would come of it, whatever was chosen and however."""
    form = ReassignForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Choose at least one case and the person who takes them."))
        return redirect(back_to(request, form))
    case_ids, owner = chosen_ids(request, form), form.cleaned_data["owner"]
    if not form.cleaned_data["is_sure"]:
        return preview(request, form, case_ids)
    before = dict(Case.objects.visible_to(request.user).filter(pk__in=case_ids).values_list("pk", "owner_id"))
    results = services.reassign_many(case_ids=case_ids, owner=owner, by=request.user, at=timezone.now())
    return show_results(request, form, results, before)


def preview(request, form: ReassignForm, case_ids: list[int]):
    owner = form.cleaned_data["owner"]
    results = services.preview_reassign(case_ids=case_ids, owner=owner, by=request.user, at=timezone.now())
    movable = [result.case_id for result in results if result.verdict is Verdict.ASSIGNED]
    owners_now = Case.objects.filter(pk__in=movable).values_list("owner_id", flat=True)
    context = {
        "form": form,
        "owner": owner,
        "chosen": len(results),
        "movable": len(movable),
        **refused_of(results),
        "case_ids": ",".join(map(str, case_ids)),
        "owners_now": names_of(Counter(owners_now)),
        "words": filter_words(request, form),
        "back_url": back_to(request, form),
        "here_url": back_to(request, form),
    }
    return render(request, "cases/reassign.html", context)


def refused_of(results: list[RowResult]) -> dict:
    """How many stay where they are, and why, most frequent first."""
    refused = Counter(result.verdict for result in results if result.verdict is not Verdict.ASSIGNED)
    reasons = [reason(verdict, n) for verdict, n in refused.most_common()]
    return {"refused": sum(refused.values()), "reasons": reasons}


@dataclass(frozen=True)
class Share:
    """Cases with one person; `pk` is "none" and `name` "" for those with nobody."""

    pk: int | str
    name: str
    count: int
    case_ids: str = ""


def names_of(counts: Counter) -> list[Share]:
    """Most cases first."""
    names = {user.pk: str(user) for user in User.objects.filter(pk__in=[pk for pk in counts if pk])}
    return [Share(pk or NOBODY, names.get(pk, ""), n) for pk, n in counts.most_common()]


def show_results(request, form: ReassignForm, results: list[RowResult], before: dict[int, int | None]):
    done = [result.case_id for result in results if result.verdict is Verdict.ASSIGNED]
    context = {
        "owner": form.cleaned_data["owner"],
        "results": results,
        "done": len(done),
        **refused_of(results),
        "rows": result_rows(request.user, results),
        "hidden_rows": max(len(results) - ROWS_SHOWN, 0),
        "givers": shares(done, before),
        "query": form.cleaned_data["query"],
        "back_url": back_to(request, form),
        "here_url": back_to(request, form),
        "heading": heading(len(done), form.cleaned_data["owner"]),
    }
    return render(request, "cases/reassigned.html", context)


def heading(done: int, owner: User | None) -> str:
    if owner is None:
        words = ngettext("%(n)d case went back to its township", "%(n)d cases went back to their townships", done)
        return words % {"n": done}
    return ngettext("%(n)d case handed to %(name)s", "%(n)d cases handed to %(name)s", done) % {
        "n": done,
        "name": owner,
    }


def shares(case_ids: list[int], before: dict[int, int | None]) -> list[Share]:
    """Who had them, for giving them back."""
    had: dict[int | None, list[int]] = {}
    for case_id in case_ids:
        had.setdefault(before.get(case_id), []).append(case_id)
    names = {user.pk: str(user) for user in User.objects.filter(pk__in=[pk for pk in had if pk])}
    return [
        Share(pk or NOBODY, names.get(pk, ""), len(ids), ",".join(map(str, ids)))
        for pk, ids in sorted(had.items(), key=lambda pair: -len(pair[1]))
    ]


def result_rows(user: User, results: list[RowResult]) -> list[dict]:
    """Refused ones first: they are what is left to do."""
    ordered = sorted(results, key=lambda result: result.verdict is Verdict.ASSIGNED)[:ROWS_SHOWN]
    seen = Case.objects.visible_to(user).select_related("worker").in_bulk([result.case_id for result in ordered])
    return [result_row(result, seen.get(result.case_id)) for result in ordered]


def result_row(result: RowResult, case: Case | None) -> dict:
    """A case of somewhere else has no name here."""
    words, way_out = told(result.verdict)
    return {
        "url": reverse("cases:case", args=[case.pk]) if case else "",
        "name": case.worker.name if case else "",
        "place": place_name(case.area_id) if case else "",
        "state": case.get_state_display() if case else "",
        "is_done": result.verdict is Verdict.ASSIGNED,
        "words": words,
        "way_out": way_out,
    }


def reason(verdict: Verdict, n: int) -> dict:
    words, way_out = told(verdict)
    return {"words": words, "way_out": way_out, "count": n}


def told(verdict: Verdict) -> tuple[str, str]:
    """(what happened, what to do)"""
    said = {
        Verdict.ASSIGNED: (_("Handed over"), ""),
        Verdict.UNCHANGED: (_("Already with this person"), _("Nothing to do.")),
        Verdict.NOT_ALLOWED: (_("You may not hand this over"), _("Ask the township or the county.")),
        Verdict.ENDED: (_("The case has ended"), _("Reopen it if there is more to do.")),
        Verdict.OWNER_OUTSIDE_AREA: (_("This person does not serve there"), _("Choose somebody who does.")),
        Verdict.BUSY: (_("Somebody is saving it right now"), _("Try again in a moment.")),
        Verdict.NOT_FOUND: (_("Not in your area"), _("Ask the office it belongs to.")),
    }
    return said[verdict]
