"""Many people to a fair: whom the list of cases chose, what would come of each, and what came of it."""

from collections import Counter

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from areas.selectors import SEPARATOR
from cases.choices import State
from cases.forms import SelectionForm
from cases.models import Case, Selection
from cases.services import keep_selection
from cases.views.selection import PURPOSE, back_to, chosen_ids, list_of, words_of_query
from fairs import policies, services
from fairs.forms import BatchFilter, WhichFairForm
from fairs.models import Fair, ReferralBatch
from fairs.selectors import home_of
from fairs.services.inviting import Verdict
from fairs.views.rows import find_fair
from kit import dates
from kit.days import local_day
from kit.pages import address, status_of
from kit.refusals import Refusal
from staff.decorators import staff_required

ROWS_SHOWN = 1000
WORDS = {
    Verdict.REFERRED: (_("Referred"), ""),
    Verdict.NOT_CONTACTED: (_("Nobody has spoken to them yet"), _("The cadre records a talk first.")),
    Verdict.WAITS_ELSEWHERE: (_("Waits for an answer elsewhere"), _("Record that result first.")),
    Verdict.HAS_A_JOB: (_("Has a job"), _("Nothing to do.")),
    Verdict.ENDED: (_("The case has ended"), _("Reopen it if there is more to do.")),
    Verdict.NOT_SERVED: (_("This fair is for the people of another area"), _("Choose a fair held where they live.")),
    Verdict.TOO_YOUNG: (_("Under 16"), _("Nothing to do before they are 16.")),
    Verdict.WAS_HERE: (_("Is on the list of this fair already"), _("Nothing to do.")),
    Verdict.NOT_ALLOWED: (_("You may not refer people there"), _("Ask the township or the county.")),
    Verdict.BUSY: (_("Somebody is saving it right now"), _("Try again in a moment.")),
    Verdict.NOT_FOUND: (_("Not in your area"), _("Ask the office it belongs to.")),
    Verdict.TAKEN_BACK: (
        pgettext_lazy("from a fair", "Taken back"),
        _("Refer them again if they should go after all."),
    ),
    Verdict.BEING_TAKEN_BACK: (
        pgettext_lazy("from a fair", "Being taken back"),
        _("Nothing to do: it goes on by itself."),
    ),
}
"""What came of it, and what to do."""


GOES_TO = "fair_of_those_to_be_chosen"
"""In the session, from the fair's page over the list of cases to the look at those chosen there."""


@login_required
@require_safe
def choose_people(request, fair_id):
    """The list of cases knows nothing of fairs."""
    fair = find_fair(request, fair_id)
    policies.check_can_send_people(request.user, fair)
    request.session[GOES_TO] = fair.pk
    words = f"{fair.title}{SEPARATOR}{dates.day(local_day(fair.starts_at))}"
    request.session[PURPOSE] = {"words": words, "stop_url": reverse("fairs:stop_choosing", args=[fair.pk])}
    return redirect(address(reverse("cases:list"), {"state": State.CONTACTED, "area": fair.area_id}))


@login_required
@require_POST
def stop_choosing(request, fair_id):
    """The list of cases is again a list like any other."""
    fair = find_fair(request, fair_id)
    forget_fair(request)
    return redirect("fairs:fair", fair.pk)


def forget_fair(request) -> int | None:
    """Which it was."""
    request.session.pop(PURPOSE, None)
    return request.session.pop(GOES_TO, None)


@staff_required(policies.check_can_refer_many)
@require_POST
def refer_many(request):
    """Those chosen are kept, and looked at on a page of their own."""
    form = SelectionForm(request.POST)
    ids = chosen_ids(request, form) if form.is_valid() else []
    if not ids:
        messages.warning(request, _("Choose at least one case."))
        return redirect(back_to(request, form))
    query, now = form.cleaned_data["query"], timezone.now()
    kept = keep_selection(case_ids=ids, query=query, by=request.user, at=now)
    return redirect(look_url(kept, forget_fair(request)))


@login_required
@require_http_methods(["GET", "POST"])
def refer_chosen(request, selection_id):
    """What would come of it for the fair in the address, so that neither reload, Back nor language loses it; then the
    deed.
    """
    kept = get_object_or_404(Selection, pk=selection_id, made_by=request.user)
    policies.check_can_refer_many(request.user)
    now = timezone.now()
    fairs = Fair.objects.visible_to(request.user).taking_referrals(now).select_related("area")
    form = WhichFairForm(request.POST or request.GET, fairs=fairs.order_by("starts_at", "pk"))
    fair = form.cleaned_data["fair"] if form.is_valid() else only_one(fairs)
    if request.method == "GET" or not form.is_valid():
        return preview(request, kept, form, fair, now)
    words, once = words_of_query(request, kept.query), form.cleaned_data["once"]
    try:
        batch = services.refer_many(fair=fair, case_ids=kept.case_ids, words=words, by=request.user, at=now, once=once)
    except Refusal as refusal:
        return preview(request, kept, form, fair, now, refusal=refusal)
    return redirect("fairs:batch", batch.pk)


def look_url(kept: Selection, fair_id: int | None) -> str:
    return address(reverse("fairs:refer_chosen", args=[kept.pk]), {"fair": fair_id})


def only_one(fairs) -> Fair | None:
    """Where there are several nobody is sent to one that nobody chose."""
    found = list(fairs[:2])
    return found[0] if len(found) == 1 else None


def preview(request, kept: Selection, form, fair: Fair | None, now, *, refusal=None):
    ids, wrong = kept.case_ids, form.errors.get("fair", ()) if request.method == "POST" else ()
    verdicts = services.verdicts_for(fair, ids, by=request.user, at=now) if fair else {}
    context = {
        "form": form,
        "fair": fair,
        "fairs": form.fields["fair"].queryset,
        "chosen": len(ids),
        "words": words_of_query(request, kept.query),
        "back_url": list_of(request, kept.query),
        "here_url": look_url(kept, fair and fair.pk),
        "refusal": refusal or next(iter(wrong), None),
        **told_of(Counter(verdicts.values())),
    }
    sent_form = form if request.method == "POST" else None
    return render(request, "fairs/refer_many.html", context, status=status_of(sent_form, refusal=refusal))


@login_required
@require_safe
def batch(request, batch_id):
    found, form = find_batch(request, batch_id), BatchFilter(request.GET, request.path)
    shown, verdicts = form.chosen.get("show", ""), services.standing_of(found)
    referred = {verdict: len(verdicts.get(verdict, [])) for verdict in services.STANDS.values()}
    context = {
        "batch": found,
        "fair": found.fair,
        "going": referred[Verdict.BEING_TAKEN_BACK],
        "gone": referred[Verdict.TAKEN_BACK],
        "to_go": referred[Verdict.BEING_TAKEN_BACK] + referred[Verdict.TAKEN_BACK],
        "chosen": sum(map(len, verdicts.values())),
        "rows": rows_of(request.user, verdicts, shown),
        "shown": shown,
        "can_take_back": may_take_back(request.user, found),
        "texts_at": found.made_at + services.TEXTS_AFTER,
        "now": timezone.now(),
        **told_of(Counter({verdict: len(ids) for verdict, ids in verdicts.items() if ids}), form),
    }
    return render(request, "fairs/batch.html", context)


@login_required
@require_POST
def take_back(request, batch_id):
    found = find_batch(request, batch_id)
    services.take_back_batch(batch=found, by=request.user, at=timezone.now())
    if not Fair.objects.behind().filter(pk=found.fair_id).exists():
        messages.success(request, _("Taken back. Whoever had been told of the fair gets a text."))
    return redirect("fairs:batch", found.pk)


def may_take_back(user, batch: ReferralBatch) -> bool:
    fair = batch.fair
    in_time = not batch.undone_at and fair.takes_referrals and not fair.is_running
    return in_time and policies.can_take_back(user, batch)


def find_batch(request, batch_id) -> ReferralBatch:
    """For whoever pressed the button, and whoever runs the fair; each finds the names of people in their own reach."""
    found = get_object_or_404(ReferralBatch.objects.select_related("fair__area", "undone_by"), pk=batch_id)
    if found.made_by_id != request.user.pk and not policies.can_run(request.user, found.fair):
        raise Http404
    return found


def told_of(counts: Counter, form: BatchFilter | None = None) -> dict:
    """How many go, how many do not, and why not, most frequent first."""
    refused = [(verdict, n) for verdict, n in counts.most_common() if verdict is not Verdict.REFERRED]
    reasons = [
        {"words": WORDS[verdict][0], "way_out": WORDS[verdict][1], "count": n,
         "url": form.url(show=verdict.value) if form else ""}
        for verdict, n in refused
    ]  # fmt: skip
    return {"done": counts[Verdict.REFERRED], "refused": sum(n for _verdict, n in refused), "reasons": reasons}


def rows_of(user, verdicts: dict[Verdict, list[int]], shown: str) -> list[dict]:
    """Refused ones first: they are what is left to do. A case that is out of reach by now has no name here."""
    chosen = {shown: verdicts[shown]} if shown in verdicts else verdicts
    ordered = sorted(chosen.items(), key=lambda pair: pair[0] == Verdict.REFERRED)
    pairs = [(case_id, Verdict(verdict)) for verdict, ids in ordered for case_id in ids][:ROWS_SHOWN]
    seen = Case.objects.visible_to(user).select_related("worker").in_bulk([case_id for case_id, _verdict in pairs])
    return [row_of(seen.get(case_id), verdict) for case_id, verdict in pairs]


def row_of(case: Case | None, verdict: Verdict) -> dict:
    words, way_out = WORDS[verdict]
    return {
        "url": reverse("cases:case", args=[case.pk]) if case else "",
        "name": case.worker.name if case else "",
        "place": home_of(case.area_id) if case else "",
        "state": case.told_state if case else "",
        "is_done": verdict is Verdict.REFERRED,
        "is_undone": verdict in (Verdict.TAKEN_BACK, Verdict.BEING_TAKEN_BACK),
        "words": words,
        "way_out": way_out,
    }
