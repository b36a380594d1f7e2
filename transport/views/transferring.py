"""People change from one trip to another, and a trip is copied: first what it would come to, then the deed."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kit.days import local_day
from kit.pages import carry_out, posted, sent, status_of
from transport import policies, selectors, services
from transport.forms import CopyForm, TransferFilter, TransferForm
from transport.views.rows import find_own_trip


@login_required
def transfer(request, trip_id):
    """Choose, look at the preview, press again. Only the second press moves anybody."""
    trip, deed, now = find_own_trip(request, trip_id), request.POST.get("deed"), timezone.now()
    wanted = TransferFilter(sent(request) or request.GET, request.path)
    page = selectors.transfer_page(trip=trip, user=request.user, now=now, **wanted.chosen)
    answers = with_households(request.POST, page.people) if deed == "households" else sent(request)
    form = TransferForm(answers, trips=page.targets, trip=trip, initial=first_answers(page, wanted))
    outcome = refusal = None
    if deed != "filter":
        outcome, refusal = carry_out(form, lambda said: change(request, trip, page, form, is_preview=deed != "move"))
    if outcome and deed == "move":
        messages.success(request, words_of(outcome))
        return redirect("transport:trip", trip.pk if outcome.stayed else outcome.target.pk)
    context = {"trip": trip, "page": page, "wanted": wanted, "form": form, "refusal": refusal, "preview": outcome}
    context["now"] = now
    context["reasons"] = form.asked(*[stays for stays, _people in outcome.why_stayed] if outcome else [])
    stayed = [(person.before, person.refusal) for person in outcome.stayed] if outcome else []
    context["own_reasons"] = form.ask_each(stayed, [person.booking for person in page.people])
    if outcome:
        look = "households" if deed == "households" else "preview"
        context |= {"here_url": request.get_full_path(), "here_posted": posted(request, deed=look)}
    return render(request, "transport/transfer.html", context, status=status_of(form, refusal=refusal))


def with_households(answers, people):
    """As if everybody of the households of those who are ticked were ticked too."""
    ticked = set(answers.getlist("bookings"))
    chosen = [person for person in people if str(person.booking.pk) in ticked]
    households = {person.worker.household_id for person in chosen} - {None}
    family = [person for person in people if person.worker.household_id in households]
    wider = answers.copy()
    wider.setlist("bookings", [str(person.booking.pk) for person in {*chosen, *family}])
    return wider


def first_answers(page, wanted) -> dict:
    """A trip that suits is chosen already; a merged one ends by itself."""
    why = _("Merged with another trip") if "merge" in wanted.chosen else ""
    return {"departs_at": page.second_leaves_at, "target": page.suits and page.suits.pk, "cancel_because": why}


def change(request, trip, page, form, *, is_preview: bool):
    said = form.cleaned_data
    policies.check_can_run(request.user, said["target"] or trip)
    asked = {
        "source": trip,
        "target": said["target"],
        "departs_at": said["departs_at"] or page.second_leaves_at,
        "stands_at": said["stands_at"] if form.is_on_the_road else "",
        "meets_at": said["meets_at"],
        "once": said["once"],
        "bookings": said["bookings"],
        "reasons": form.reasons,
        "own_reasons": form.own_reasons,
        "pickup": said["pickup"],
        "cancel_emptied": said["cancel_because"],
    }
    do = services.preview_transfer if is_preview else services.transfer
    return do(**asked, by=request.user, at=timezone.now())


def words_of(outcome) -> str:
    """What the press did; of those whom another press had moved before, that they are gone."""
    went, stay, before = len(outcome.went), len(outcome.stayed), outcome.gone_before
    said = []
    if before:
        words = ngettext("%(n)d person had been moved before.", "%(n)d people had been moved before.", before)
        said.append(words % {"n": before})
    if stay:
        figures = {"went": went, "stay": stay, "code": outcome.target.code}
        said.append(_("%(went)d moved to %(code)s, %(stay)d stay.") % figures)
    elif went or not before:
        said.append(ngettext("%(n)d person moved.", "%(n)d people moved.", went) % {"n": went})
    return " ".join(said)


@login_required
def copy_trip(request, trip_id):
    """The same stops and times on another day; plate and drivers are filled in on the page that follows."""
    trip = find_own_trip(request, trip_id)
    form = CopyForm(sent(request), initial={"day": local_day(trip.departs_at)})
    copy, refusal = carry_out(
        form, lambda said: services.copy_trip(trip=trip, by=request.user, at=timezone.now(), **said)
    )
    if copy:
        messages.success(request, _("Copied. Fill in plate and drivers, then open it for booking."))
        return redirect("transport:edit", copy.pk)
    context = {"trip": trip, "form": form, "refusal": refusal}
    return render(request, "transport/copy.html", context, status=status_of(form, refusal=refusal))
