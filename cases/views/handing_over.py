"""Many cases to one person: each answers for itself, and the whole can be given back."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from cases import policies, services
from cases.choices import NOBODY
from cases.forms import GiveBackForm, ReassignForm
from cases.models import Case, Handover
from cases.services import RowResult, Verdict
from cases.views.rows import place_for
from cases.views.selection import back_to, chosen_ids, list_of, words_of_query
from kit.days import local_day
from staff.decorators import staff_required
from staff.models import User
from staff.roles import ABOVE_VILLAGE, CASEWORKERS

ROWS_SHOWN = 1000


@staff_required(policies.check_can_reassign)
@require_POST
def reassign(request):
    """Nothing is handed over before a look at what would come of it, whatever was chosen and however."""
    now = timezone.now()
    form = ReassignForm(request.POST, owners=takers_for(request.user, local_day(now)))
    case_ids = chosen_ids(request, form) if form.is_valid() else []
    if not case_ids:
        messages.warning(request, _("Choose at least one case and the person who takes them."))
        return redirect(back_to(request, form))
    owner, query = form.cleaned_data["owner"], form.cleaned_data["query"]
    planned = services.plan_handover(case_ids=case_ids, owner=owner, query=query, by=request.user, at=now)
    return redirect("cases:handover", planned.pk)


def takers_for(user: User, today: date):
    """Of other places nobody is named, whatever number was sent."""
    return User.objects.serving_around(user.ranges_as(*ABOVE_VILLAGE), today=today, roles=CASEWORKERS)


@login_required
@require_http_methods(["GET", "POST"])
def handover(request, handover_id):
    """What would come of it, and at the same address what came of it: neither reload, Back nor language loses it."""
    found = find_handover(request, handover_id)
    if request.method == "POST":
        services.carry_out_handover(handover=found, by=request.user, at=timezone.now())
        return redirect("cases:handover", found.pk)
    return show_results(request, found) if found.done_at else preview(request, found)


@login_required
@require_POST
def give_back(request, handover_id):
    found, form = find_handover(request, handover_id), GiveBackForm(request.POST)
    only = form.only if form.is_valid() else []
    results = services.give_back(handover=found, only=only, by=request.user, at=timezone.now())
    given = sum(result.verdict is Verdict.ASSIGNED for result in results)
    words = ngettext("%(n)d case given back.", "%(n)d cases given back.", given) % {"n": given}
    left = refused_of(results)["reasons"]
    messages.add_message(
        request,
        messages.WARNING if left else messages.SUCCESS,
        " ".join([words, *(_("%(why)s: %(count)s.") % {"why": why["words"], "count": why["count"]} for why in left)]),
    )
    return redirect("cases:handover", found.pk)


def find_handover(request, handover_id) -> Handover:
    """One's own, and nobody else's."""
    mine = Handover.objects.filter(made_by=request.user).select_related("owner")
    return get_object_or_404(mine, pk=handover_id)


def preview(request, found: Handover):
    results = services.preview_reassign(case_ids=found.case_ids, owner=found.owner, by=request.user, at=timezone.now())
    movable = [result.case_id for result in results if result.verdict is Verdict.ASSIGNED]
    owners_now = Case.objects.filter(pk__in=movable).values_list("owner_id", flat=True)
    context = {
        "handover": found,
        "owner": found.owner,
        "chosen": len(results),
        "movable": len(movable),
        **refused_of(results),
        "owners_now": names_of(Counter(owners_now)),
        "words": words_of_query(request, found.query),
        "back_url": list_of(request, found.query),
    }
    return render(request, "cases/reassign.html", context)


def refused_of(results: list[RowResult]) -> dict:
    """How many stay where they are, and why, most frequent first."""
    refused = Counter(result.verdict for result in results if result.verdict is not Verdict.ASSIGNED)
    reasons = [reason(verdict, n) for verdict, n in refused.most_common()]
    return {"refused": sum(refused.values()), "reasons": reasons}


@dataclass(frozen=True)
class Share:
    """Cases with one person, and those they have again; `pk` is "none" and `name` "" for those with nobody."""

    pk: int | str
    name: str
    count: int
    given_back: int = 0

    @property
    def given_words(self) -> str:
        return ngettext("%(n)d case given back", "%(n)d cases given back", self.given_back) % {"n": self.given_back}


def names_of(counts: Mapping[int | None, int]) -> list[Share]:
    """Most cases first."""
    names = {user.pk: str(user) for user in User.objects.filter(pk__in=[pk for pk in counts if pk])}
    ordered = sorted(counts.items(), key=lambda pair: -pair[1])
    return [Share(pk or NOBODY, names.get(pk, ""), n) for pk, n in ordered]


def show_results(request, found: Handover):
    results = [RowResult(case_id, Verdict(verdict)) for case_id, verdict, _before in found.results]
    counts = Counter(result.verdict for result in results)
    done, given = counts[Verdict.ASSIGNED], counts[Verdict.GIVEN_BACK]
    givers = givers_of(found)
    context = {
        "handover": found,
        "results": results,
        "done": done,
        "given": given,
        **refused_of([result for result in results if result.verdict is not Verdict.GIVEN_BACK]),
        "rows": result_rows(request.user, results),
        "hidden_rows": max(len(results) - ROWS_SHOWN, 0),
        "givers": givers,
        "to_give_back": sum(share.count for share in givers),
        "back_url": list_of(request, found.query),
        "heading": heading(done, given, found.owner),
    }
    return render(request, "cases/reassigned.html", context)


def givers_of(found: Handover) -> list[Share]:
    """Everybody who had some: what can go back to them, and what has gone back."""
    left = {before: len(ids) for before, ids in services.to_give_back(found).items()}
    given = Counter(before for _case, verdict, before in found.results if verdict == Verdict.GIVEN_BACK)
    shares = names_of({before: left.get(before, 0) for before in {**left, **given}})
    return [replace(share, given_back=given[None if share.pk == NOBODY else share.pk]) for share in shares]


def heading(done: int, given: int, owner: User | None) -> str:
    """What stands now, and what was given back of it."""
    back = Share("", "", 0, given_back=given).given_words
    parts = [handed(done, owner)] * bool(done or not given) + [back] * bool(given)
    return " · ".join(parts)


def handed(done: int, owner: User | None) -> str:
    if owner is None:
        words = ngettext("%(n)d case went back to its township", "%(n)d cases went back to their townships", done)
        return words % {"n": done}
    return ngettext("%(n)d case handed to %(name)s", "%(n)d cases handed to %(name)s", done) % {
        "n": done,
        "name": owner,
    }


def result_rows(user: User, results: list[RowResult]) -> list[dict]:
    """Refused ones first: they are what is left to do; those given back last."""
    last = (Verdict.ASSIGNED, Verdict.GIVEN_BACK)
    ordered = sorted(results, key=lambda row: last.index(row.verdict) + 1 if row.verdict in last else 0)[:ROWS_SHOWN]
    seen = Case.objects.visible_to(user).select_related("worker").in_bulk([result.case_id for result in ordered])
    return [result_row(user, result, seen.get(result.case_id)) for result in ordered]


def result_row(user: User, result: RowResult, case: Case | None) -> dict:
    """A case of somewhere else has no name here."""
    words, way_out = told(result.verdict)
    return {
        "url": reverse("cases:case", args=[case.pk]) if case else "",
        "name": case.worker.name if case else "",
        "place": place_for(user, case.area_id) if case else "",
        "state": case.told_state if case else "",
        "is_done": result.verdict is Verdict.ASSIGNED,
        "is_undone": result.verdict is Verdict.GIVEN_BACK,
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
        Verdict.GIVEN_BACK: (_("Given back"), ""),
        Verdict.NOT_FOUND: (_("Not in your area"), _("Ask the office it belongs to.")),
    }
    return said[verdict]
