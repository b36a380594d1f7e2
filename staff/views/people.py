"""Who serves where, for those who decide it: the list, one person, their postings and their account."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from areas.gazetteer import lineage, places
from areas.ranges import Level, code_at, is_inside
from areas.selectors import Option, children_of, spoken
from kit.dates import day
from kit.days import local_day
from kit.pages import address, carry_out, read_number, status_of
from kit.papers import qr_svg
from kit.spreadsheets import Column, as_xlsx
from kit.templatetags.wayfare import thousands
from staff import appointing, navigation, policies
from staff.appointing import handing_over
from staff.decorators import staff_required
from staff.forms import AppointForm, ColleagueFilter, EndForm, HandOverForm, NamedForm
from staff.models import Posting, User
from staff.people import (
    ColleagueFilters,
    ColleagueList,
    every_colleague,
    list_people,
    people_under,
    person_page,
    postings_under,
)
from staff.roles import GIVES, HELD_AT
from staff.signing_in import second_factor, sessions

LAST_PAGE = 9999
LINK = "password_link"  # in the session of whoever asked for it, until it has been shown


@staff_required(policies.check_can_manage_people)
@require_safe
def people(request):
    form = ColleagueFilter(request.GET, request.path)
    area_code = chosen_code(request.user, form) or home_of(request.user)
    filters = ColleagueFilters(**form.chosen, page=min(read_number(form.data.get("page")) or 1, LAST_PAGE))
    page = list_people(filters, user=request.user, today=local_day(timezone.now()))
    context = {
        "page": page,
        "form": form,
        "areas": places_around(request.user, area_code),
        "area_code": area_code,
        "is_filtered": filters != ColleagueFilters(),
        "words": words_of(page),
        "xlsx_url": form.download(reverse("staff:people_xlsx")),
        "next_url": form.url(page=filters.page + 1) if page.has_more else "",
        "previous_url": form.url(page=filters.page - 1) if filters.page > 1 else "",
    }
    return render(request, "staff/people.html", context)


@staff_required(policies.check_can_manage_people)
@require_safe
def people_xlsx(request):
    form, now = ColleagueFilter(request.GET), timezone.now()
    chosen_code(request.user, form)
    found = every_colleague(ColleagueFilters(**form.chosen), user=request.user, today=local_day(now))
    columns = [
        Column(_("Name"), 14), Column(_("User name"), 16), Column(_("Postings"), 44), Column(_("Account")),
        Column(_("Last signed in"), 18),
    ]  # fmt: skip
    rows = (
        [row.name, row.username, "; ".join(row.postings), _("open") if row.is_active else _("closed"), row.last_login]
        for row in found
    )
    where = request.user.home_area_as(*GIVES)
    return as_xlsx(_("Colleagues"), columns, rows, where=where, by=request.user, at=now)


@login_required
@require_safe
def person(request, user_id):
    return show(request, find_person(request, user_id))


@login_required
@require_POST
def appoint(request, user_id):
    found = find_person(request, user_id)
    form = AppointForm(request.POST, user=request.user)
    if not form.is_valid():
        return show(request, found, form=form)
    password = found.password
    posting = appointing.appoint(user=found, by=request.user, at=timezone.now(), **form.cleaned_data)
    words = {"name": found, "role": posting.get_role_display(), "area": posting.area, "day": day(posting.starts_on)}
    messages.success(request, _("%(name)s: %(role)s, %(area)s, from %(day)s.") % words)
    found.refresh_from_db(fields=["password"])
    if found.password != password:
        messages.warning(request, _("The link to choose a password has ended with it: give a new one."))
    return redirect("staff:person", found.pk)


@login_required
@require_safe
def posting(request, posting_id):
    return redirect("staff:person", find_posting(request, posting_id).user_id)


@login_required
@require_http_methods(["GET", "POST"])
def end_appointment(request, posting_id):
    """Asks who takes what is in hand, if anything is: at an address with the day in it, which reload and a switch of
    the language find again. The answer comes to the same address.
    """
    posting, at = find_posting(request, posting_id), timezone.now()
    said = request.POST if request.method == "POST" else request.GET
    form = EndForm(said, prefix=str(posting.pk), is_set=posting.ends_on is not None)
    if request.method == "GET" and form.add_prefix("ends_on") not in said:
        return HttpResponseNotAllowed(["POST"])
    if not form.is_valid():
        return show(request, posting.user, end_form=form)
    ends_on = form.cleaned_data["ends_on"]
    if ends_on is None:
        return end_never(request, posting, at)
    going = Going(posting.user, [posting], handing_over.kept_without(posting, ends_on))
    hand_over = going.form(request)
    if request.method == "POST" and not hand_over.is_bound:
        return redirect(address(request.path, {form.add_prefix("ends_on"): ends_on.isoformat()}))
    ended, refusal = carry_out(
        hand_over,
        lambda _: appointing.end_appointment(
            posting=posting, ends_on=ends_on, successor=hand_over.chosen, by=request.user, at=at
        ),
    )
    if ended is None:
        return ask_who_takes_over(request, going, hand_over, refusal, posting=posting, end_form=form)
    words = {"name": posting.user, "role": ended.get_role_display(), "day": day(ended.ends_on)}
    messages.success(request, _("%(name)s: %(role)s until %(day)s.") % words)
    return redirect("staff:person", posting.user_id)


def end_never(request, posting: Posting, at):
    """A last day was taken away again: nothing to hand over, so nothing is asked; an address alone does nothing."""
    if request.method == "POST":
        appointing.end_appointment(posting=posting, ends_on=None, by=request.user, at=at)
        words = {"name": posting.user, "role": posting.get_role_display()}
        messages.success(request, _("%(name)s: %(role)s, without a last day.") % words)
    return redirect("staff:person", posting.user_id)


@login_required
@require_http_methods(["GET", "POST"])
def deactivate(request, user_id):
    found, at = find_person(request, user_id), timezone.now()
    going = Going(found, list(found.postings.not_over(local_day(at)).select_related("area")), [])
    form = going.form(request)
    told, refusal = carry_out(form, lambda _: close(request, going, form.chosen, at))
    if told is None:
        return ask_who_takes_over(request, going, form, refusal)
    messages.success(request, told)
    return redirect("staff:person", found.pk)


def close(request, going: "Going", taker: User | None, at) -> str:
    """Closes the account, and says who has now what they had."""
    work, before = going.in_hand, handing_over.counted(taker, []) if taker else {}
    appointing.deactivate(user=going.person, successor=taker, by=request.user, at=at)
    said = {"name": going.person, "work": " · ".join(work), "taker": taker}
    if not work:
        return _("%(name)s can no longer sign in.") % said
    part = handing_over.gained(taker, before) if taker else []
    if not part:
        return _("%(name)s can no longer sign in. Handed to who serves each place: %(work)s.") % said
    if part == work:
        return _("%(name)s can no longer sign in. %(taker)s now has: %(work)s.") % said
    words = _(
        "%(name)s can no longer sign in. Of %(work)s, %(taker)s now has %(part)s; the rest is with who serves there."
    )
    return words % (said | {"part": " · ".join(part)})


@dataclass
class Going:
    """Somebody whose postings end, and the postings they keep."""

    person: User
    postings: list[Posting]
    kept: list[Posting]

    def form(self, request) -> HandOverForm:
        """Bound once it was asked; with nothing in hand nothing is asked about a posting."""
        today = local_day(timezone.now())
        is_answer = request.method == "POST" and ("successor" in request.POST or not self.in_hand)
        successors = handing_over.successors(self.person, self.postings, self.kept, today) if self.in_hand else []
        return HandOverForm(request.POST if is_answer else None, successors=successors)

    @cached_property
    def in_hand(self) -> list[str]:
        return handing_over.in_hand(self.person, self.kept)


def ask_who_takes_over(request, going: Going, form: HandOverForm, refusal, *, posting=None, end_form=None):
    context = {"person": going.person, "in_hand": going.in_hand, "form": form, "refusal": refusal}
    context |= {"posting": posting, "end_form": end_form}
    return render(request, "staff/hand_over.html", context, status=status_of(form, refusal=refusal))


@login_required
@require_POST
def correct(request, user_id):
    """A name or a number that was mistyped, or has changed."""
    found, form = find_person(request, user_id), NamedForm(request.POST)
    if not form.is_valid():
        return show(request, found, name_form=form)
    appointing.correct(user=found, by=request.user, at=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Corrected."))
    return redirect("staff:person", found.pk)


@login_required
@require_POST
def reactivate(request, user_id):
    found = appointing.reactivate(user=find_person(request, user_id), by=request.user, at=timezone.now())
    messages.success(request, _("%(name)s can sign in again.") % {"name": found})
    return redirect("staff:person", found.pk)


def find_posting(request, posting_id) -> Posting:
    return get_object_or_404(postings_under(request.user), pk=posting_id)


def find_person(request, user_id) -> User:
    """Nobody outside the area, and for other roles nobody at all."""
    return get_object_or_404(people_under(request.user), pk=user_id)


def show(
    request,
    found: User,
    *,
    form: AppointForm | None = None,
    end_form: EndForm | None = None,
    name_form: NamedForm | None = None,
):
    """The person's page; with a form that was not understood as it was filled in."""
    today = local_day(timezone.now())
    page = person_page(found, user=request.user, today=today)
    area_code = code_looked_under(request, form, usual_code(request.user, page.near))
    first = {"starts_on": today, "area": area_code, "role": usual_role(request.user, area_code)}
    form = form or AppointForm(user=request.user, initial=first)
    ends = [end_form_of(row, today, end_form) for row in page.postings]
    context = {
        "person": found,
        "page": page,
        "postings": list(zip(page.postings, ends, strict=True)),
        "form": form,
        "name_form": name_form or NamedForm(initial={"display_name": found.display_name, "phone": found.phone}),
        "areas": places_around(request.user, area_code),
        "area_code": area_code,
        "left": handing_over.never_handed_on(found, today),
        "is_oneself": found.pk == request.user.pk,
        "cases_url": cases_url(request.user, found),
        "has_factor": second_factor.has_one(found),
        "sessions": sessions.sessions_of(found, at=timezone.now()),
        "is_paused": appointing.is_paused(found, timezone.now()),
        **link_to_show(request, found),
    }
    return render(request, "staff/person.html", context, status=status_of(form, end_form, name_form))


def end_form_of(row, today, sent: EndForm | None) -> EndForm | None:
    if not row.is_mine_to_end:
        return None
    if sent is not None and sent.prefix == str(row.pk):
        return sent
    shown = {"ends_on": row.ends_on or max(today, row.starts_on)}
    return EndForm(prefix=str(row.pk), is_set=row.ends_on is not None, initial=shown)


def cases_url(user: User, found: User) -> str:
    """The cases they have in hand, for handing them over by hand; empty for who may not open that list."""
    is_theirs = user.has_role_anywhere(*navigation.CASES.roles)
    url = navigation.url_of(navigation.CASES.url_name) if is_theirs else ""
    return f"{url}?owner={found.pk}" if url else ""


def chosen_code(user: User, form: ColleagueFilter) -> int | None:
    """The area asked for; one that is not theirs to decide on does not exist."""
    if not form.data.get("area"):
        return None
    code = form.chosen.get("area_code")
    if code not in places() or not is_inside(code, policies.ranges_managed_by(user)):
        raise Http404
    return code


def code_looked_under(request, form: AppointForm | None, usual: int) -> int:
    """The area asked for, or the one of the place that was sent: a wrong answer keeps what was chosen."""
    asked = chosen_code(request.user, ColleagueFilter(request.GET))
    sent_code = read_number(form.data.get("area")) if form is not None and form.is_bound else None
    township = code_at(sent_code, Level.TOWNSHIP) if sent_code else 0
    is_theirs = township in places() and is_inside(township, policies.ranges_managed_by(request.user))
    return asked or (township if is_theirs else usual)


def home_of(user: User) -> int:
    """The widest area this person decides on."""
    return next(posting.area_id for posting in user.current_postings if posting.role in GIVES)


def usual_code(user: User, near: int | None) -> int:
    """A new posting is mostly in the township of the last one."""
    township = code_at(near, Level.TOWNSHIP) if near else 0
    is_theirs = township in places() and is_inside(township, policies.ranges_managed_by(user))
    return township if is_theirs else home_of(user)


def usual_role(user: User, code: int) -> str:
    """The first they may give that is held in such a place."""
    level = places()[code].level
    return next((role for role in policies.roles_given_by(user) if HELD_AT.get(role, level) == level), "")


def places_around(user: User, code: int) -> list[Option]:
    """The areas this person decides on, the way down to the chosen one, and what lies under it."""
    ranges = policies.ranges_managed_by(user)
    homes = [posting.area_id for posting in user.current_postings if posting.role in GIVES]
    above = [place.code for place in lineage(code) if is_inside(place.code, ranges)]
    named = [Option(found, spoken(places()[found])) for found in dict.fromkeys([*homes, *above])]
    return [*named, *(option for option in children_of(code) if option.code not in homes)]


def words_of(page: ColleagueList) -> str:
    last = page.first + len(page.rows) - 1
    words = {"first": thousands(page.first), "last": thousands(last), "total": thousands(page.total)}
    return pgettext("colleagues", "%(first)s to %(last)s of %(total)s") % words


def link_to_show(request, person: User) -> dict:
    """Once: whoever comes back to the page has to give a new one."""
    kept = request.session.get(LINK, {})
    if kept.get("person") != person.pk:
        return {}
    del request.session[LINK]
    url = request.build_absolute_uri(kept["path"])
    until = timezone.now() + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    return {"link": url, "link_qr": qr_svg(url), "link_until": until}
