"""Signing in: the password, then the code for whoever has an app that shows one; and the page behind a link."""

from axes.helpers import get_lockout_response
from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from kit.dates import moment
from kit.pages import carry_out, sent, status_of
from staff import appointing, way_back
from staff.forms import CodeForm, FirstPasswordForm, LoginForm
from staff.models import StaffChange, User
from staff.refusals import WrongCode, WrongRecoveryCode
from staff.signing_in import entering, second_factor

TOLD = {
    StaffChange.What.FACTOR_RESET: gettext_lazy("%(name)s reset your code at sign-in (%(when)s)."),
    StaffChange.What.SESSIONS_ENDED: gettext_lazy("%(name)s signed you out everywhere (%(when)s)."),
}


class Login(auth_views.LoginView):
    template_name = "staff/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return context | {"is_after_a_press": way_back.is_of_a_press(context["next"])}

    def form_valid(self, form):
        return come_in(self.request, form.get_user(), next=self.get_success_url())


@require_http_methods(["GET", "POST"])
def code(request):
    """Reached with the right password alone; whoever comes without it, or too late, is led back to it."""
    now = timezone.now()
    halfway = entering.halfway(request, at=now)
    if halfway is None:
        messages.warning(request, _("Give your password first: a code alone signs nobody in."))
        return redirect("staff:login")
    if entering.is_locked_out(request, halfway.user):
        return get_lockout_response(request, credentials={"username": halfway.user.username})
    form = CodeForm(sent(request))
    done, refusal = carry_out(
        form, lambda _said: second_factor.prove(user=halfway.user, typed=form.typed, at=timezone.now())
    )
    if done:
        return _welcome(request, halfway.user, next=halfway.next, proved=True)
    if isinstance(refusal, WrongCode | WrongRecoveryCode):
        entering.count_wrong(request, halfway.user)
    context = {"form": form, "refusal": refusal, "is_recovering": bool(form.is_bound and form["recovery"].value())}
    return render(request, "staff/code.html", context, status=status_of(form, refusal=refusal))


class SetPassword(auth_views.PasswordResetConfirmView):
    """Django's own page behind a link: the token moves into the session, so that no address keeps it.

    Whoever chose a password is signed in; a code that was set up is still asked for.
    """

    template_name = "staff/set_password.html"
    form_class = FirstPasswordForm

    def get_user(self, uidb64):
        """Nobody whose account is closed."""
        user = super().get_user(uidb64)
        return user if user and user.is_active else None

    def get_success_url(self):
        return reverse("staff:home")

    def form_invalid(self, form):
        response = super().form_invalid(form)
        response.status_code = status_of(form)
        return response

    @transaction.atomic
    def form_valid(self, form):
        """Of two who press at once, with one link, the second finds it used."""
        token = self.request.session[auth_views.INTERNAL_RESET_SESSION_TOKEN]
        if not self.token_generator.check_token(User.objects.select_for_update().get(pk=self.user.pk), token):
            self.validlink = False
            return self.render_to_response(self.get_context_data())
        super().form_valid(form)
        appointing.password_chosen(user=self.user, at=timezone.now())
        response = come_in(self.request, self.user, next=self.get_success_url())
        signed_in = self.request.user.is_authenticated
        words = _("Your password is set, and you are signed in.") if signed_in else _("Your password is set.")
        messages.success(self.request, words)
        return response


def come_in(request, user: User, *, next: str) -> HttpResponse:
    """With the right password."""
    if second_factor.has_one(user):
        entering.ask_for_code(request, user, next=next, at=timezone.now())
        return redirect("staff:code")
    return _welcome(request, user, next=next)


def _welcome(request, user: User, *, next: str, proved: bool = False) -> HttpResponse:
    """Signed in, and told in their own language what others did to the account since last time."""
    last, mark = user.last_login, entering.mark_of(request)
    came = entering.enter(request, user, mark=mark, at=timezone.now(), proved=proved)
    with translation.override(user.language or translation.get_language()):
        for change in entering.changed_by_others(user, since=last):
            messages.warning(request, TOLD[change.what] % {"name": change.by, "when": moment(change.at)})
        if came.odd and last:
            messages.info(request, _("You last signed in %(when)s.") % {"when": moment(last)})
    response = HttpResponseRedirect(next)  # `redirect` would take a word for the name of a page
    entering.keep_mark(response, mark)
    return response
