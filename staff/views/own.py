from axes.helpers import get_lockout_response
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kit.pages import sent, status_of
from staff import navigation, services, way_back
from staff.forms import OtherPasswordForm, PreferencesForm
from staff.middleware import THEME_COOKIE
from staff.models import User
from staff.roles import CADRES
from staff.selectors import my_page
from staff.signing_in import entering, second_factor

A_YEAR = 365 * 24 * 60 * 60


@login_required
@require_GET
def home(request):
    return redirect(navigation.start_url(request.user))


@login_required
@require_GET
def me(request):
    chosen = {"language": request.user.language or PreferencesForm.AUTO, "theme": request.user.theme}
    context = {"page": my_page(request.user), "form": PreferencesForm(initial=chosen), "frame": frame_of(request.user)}
    return render(request, "staff/me.html", context | {"has_factor": second_factor.has_one(request.user)})


@login_required
@require_http_methods(["GET", "POST"])
def change_password(request):
    if request.method == "POST" and entering.is_locked_out(request, request.user):
        return get_lockout_response(request, credentials={"username": request.user.username})
    form = OtherPasswordForm(request.user, sent(request))
    if not form.is_valid():
        if form.has_error("old_password", "password_incorrect"):
            entering.count_wrong(request, request.user)
        context = {"form": form, "frame": frame_of(request.user)}
        return render(request, "staff/password.html", context, status=status_of(form))
    update_session_auth_hash(request, form.save())
    services.end_sessions(user=request.user, but=request.session.row_key)
    messages.success(request, _("Password changed. Other devices are signed out."))
    return redirect("staff:me")


@require_POST
def preferences(request):
    """For everybody: someone signed out keeps the choice in a cookie."""
    form = PreferencesForm(request.POST)
    if not form.is_valid():
        return HttpResponseRedirect(_next(request))
    chosen = form.chosen()
    response = HttpResponseRedirect(_next(request), preserve_request=form.cleaned_data["again"])
    if request.user.is_authenticated:
        services.change_preferences(user=request.user, **chosen)
    _keep_in_cookies(response, chosen)
    return response


def page_too_old(request, reason=""):
    """The token of this page is of an earlier session: the form opens anew, and its draft is put back into it."""
    url = way_back.to_form(request)
    if not (request.is_boosted or request.headers.get("HX-Request")):
        return render(request, "403_csrf.html", {"page_url": url}, status=403)
    messages.warning(request, _("This page had been open too long, so nothing was recorded. Press again."))
    return HttpResponse(status=403, headers={"HX-Redirect": url})


def frame_of(user: User) -> str:
    """Cadres hold a phone, everyone else sits at a desk; both frames have the blocks that these pages fill."""
    return "base_phone.html" if user.has_role_anywhere(*CADRES) or not user.current_postings else "base_desk.html"


def _keep_in_cookies(response: HttpResponseRedirect, chosen: dict[str, str]) -> None:
    for name, cookie in (("language", settings.LANGUAGE_COOKIE_NAME), ("theme", THEME_COOKIE)):
        if chosen.get(name):
            response.set_cookie(cookie, chosen[name], max_age=A_YEAR, samesite="Lax")
        elif name in chosen:  # an empty language: the browser decides again
            response.delete_cookie(cookie)


def _next(request) -> str:
    url = request.POST.get("next", "")
    is_ours = url.startswith("/") and url_has_allowed_host_and_scheme(url, {request.get_host()}, request.is_secure())
    return url if is_ours else "/"
