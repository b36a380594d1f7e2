"""Many cases to one person: each answers for itself, and the whole can be given back."""

from collections import Counter
from dataclasses import dataclass

from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from areas.selectors import place_name
from cases import policies, selectors, services
from cases.choices import NOBODY
from cases.forms import ReassignForm
from cases.forms.handing_over import MOST_AT_ONCE
from cases.models import Case
from cases.services import RowResult, Verdict
from cases.views import filters as f
from cases.views.addresses import list_url, read_filters
from kit.days import local_day
from staff.decorators import staff_required
from staff.models import User

ROWS_SHOWN = 200


@staff_required(policies.check_can_reassign)
@require_POST
def reassign(request):
    """Ticked ones at once; everything that fits the filters only after a look at how many that is."""
    form = ReassignForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Choose at least one case and the person who takes them."))
        return redirect(back_to(form))
    asked = form.cleaned_data
    case_ids = asked["cases"] if not asked["everything"] else all_that_fit(request.user, asked["query"])
    if asked["everything"] and not asked["is_sure"]:
        return preview(request, form, case_ids)
    before = dict(Case.objects.visible_to(request.user).filter(pk__in=case_ids).values_list("pk", "owner_id"))
    results = services.reassign_many(case_ids=case_ids, owner=asked["owner"], by=request.user, at=timezone.now())
    return show_results(request, form, results, before)


def all_that_fit(user: User, query: str) -> list[int]:
    filters = read_filters(QueryDict(query))
    found = selectors.cases_matching(filters, user=user, today=local_day(timezone.now()))
    return list(found.order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE])


def preview(request, form: ReassignForm, case_ids: list[int]):
    cases = Case.objects.visible_to(request.user).filter(pk__in=case_ids)
    context = {
        "form": form,
        "count": len(case_ids),
        "owner": form.cleaned_data["owner"],
        "owners_now": names_of(Counter(cases.values_list("owner_id", flat=True))),
        "words": filter_words(request.user, form),
        "back_url": back_to(form),
    }
    return render(request, "cases/reassign.html", context)


def filter_words(user: User, form: ReassignForm) -> str:
    filters = read_filters(QueryDict(form.cleaned_data["query"]))
    return f.words_of(filters, f.chosen_area(user, filters.area_code), "")


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
    refused = Counter(result.verdict for result in results if result.verdict is not Verdict.ASSIGNED)
    context = {
        "owner": form.cleaned_data["owner"],
        "results": results,
        "done": len(done),
        "refused": sum(refused.values()),
        "reasons": [reason(verdict, n) for verdict, n in refused.most_common()],
        "rows": result_rows(request.user, results),
        "hidden_rows": max(len(results) - ROWS_SHOWN, 0),
        "givers": shares(done, before),
        "query": form.cleaned_data["query"],
        "back_url": back_to(form),
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


def back_to(form: ReassignForm) -> str:
    """The list as it was."""
    query = form.data.get("query", "")[:500]
    return list_url(read_filters(QueryDict(query)))
