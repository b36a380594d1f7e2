"""Accounts: a new colleague, the link to choose a password, and the page behind it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kit.days import local_day
from kit.pages import carry_out, sent, status_of
from staff import appointing, policies
from staff.decorators import staff_required
from staff.forms import ColleagueFilter, NewColleagueForm
from staff.models import User
from staff.signing_in import second_factor
from staff.views.people import (
    LINK,
    chosen_code,
    code_looked_under,
    find_person,
    home_of,
    places_around,
    usual_role,
)


@staff_required(policies.check_can_manage_people)
@require_http_methods(["GET", "POST"])
def new_person(request):
    now, usual = timezone.now(), home_of(request.user)
    asked = chosen_code(request.user, ColleagueFilter(request.GET)) or usual
    first = {"starts_on": local_day(now), "area": asked, "role": usual_role(request.user, asked)}
    form = NewColleagueForm(sent(request), user=request.user, initial=first)
    area_code = code_looked_under(request, form, usual)
    user, refusal = carry_out(form, lambda said: appointing.create_account(**said, by=request.user, at=now))
    if user:
        return _with_link(request, user, _("%(name)s has an account.") % {"name": user})
    context = {"form": form, "areas": places_around(request.user, area_code), "area_code": area_code}
    context |= {"refusal": refusal}
    return render(request, "staff/new_person.html", context, status=status_of(form, refusal=refusal))


@login_required
@require_POST
def give_link(request, user_id):
    found = find_person(request, user_id)
    return _with_link(request, found, _("%(name)s needs the link to sign in again.") % {"name": found})


@login_required
@require_POST
def unlock(request, user_id):
    found = find_person(request, user_id)
    appointing.unlock(user=found, by=request.user, at=timezone.now())
    messages.success(request, _("%(name)s may try to sign in again.") % {"name": found})
    return redirect("staff:person", found.pk)


@login_required
@require_POST
def reset_factor(request, user_id):
    found = find_person(request, user_id)
    second_factor.reset(user=found, by=request.user, at=timezone.now())
    words = _("%(name)s signs in with the password alone, until the code is set up again.")
    messages.success(request, words % {"name": found})
    return redirect("staff:person", found.pk)


@login_required
@require_POST
def sign_out(request, user_id):
    found = find_person(request, user_id)
    appointing.sign_out(user=found, by=request.user, at=timezone.now())
    messages.success(request, _("%(name)s is signed out everywhere.") % {"name": found})
    return redirect("staff:person", found.pk)


def _with_link(request, person: User, words: str):
    path = appointing.give_link(user=person, by=request.user, at=timezone.now())
    request.session[LINK] = {"person": person.pk, "path": path}
    messages.success(request, words)
    return redirect("staff:person", person.pk)
