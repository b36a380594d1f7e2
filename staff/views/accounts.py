"""Accounts: a new colleague, the link to choose a password, and the page behind it."""

from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kit.days import local_day
from kit.pages import carry_out, sent, status_of
from staff import appointing, policies
from staff.decorators import staff_required
from staff.forms import ColleagueFilter, FirstPasswordForm, NewColleagueForm
from staff.models import User
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


class SetPassword(auth_views.PasswordResetConfirmView):
    """Django's own page behind a link: the token moves into the session, so that no address keeps it.

    Whoever chose a password is signed in.
    """

    template_name = "staff/set_password.html"
    form_class = FirstPasswordForm

    def get_user(self, uidb64):
        """Nobody whose account is closed."""
        user = super().get_user(uidb64)
        return user if user and user.is_active else None

    def form_invalid(self, form):
        response = super().form_invalid(form)
        response.status_code = status_of(form)
        return response

    @transaction.atomic
    def form_valid(self, form):
        response = super().form_valid(form)
        appointing.password_chosen(user=self.user, at=timezone.now())
        messages.success(self.request, _("Your password is set, and you are signed in."))
        return response


def _with_link(request, person: User, words: str):
    path = appointing.give_link(user=person, by=request.user, at=timezone.now())
    request.session[LINK] = {"person": person.pk, "path": path}
    messages.success(request, words)
    return redirect("staff:person", person.pk)
