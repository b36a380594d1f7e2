"""Language and theme of whoever is looking, and refusals nobody caught turned into pages."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

from kit.refusals import Refusal
from staff.models import User
from staff.refusals import NotAllowed

THEME_COOKIE = "wayfare_theme"


class UserPreferencesMiddleware:
    """Language: the user's own, else what LocaleMiddleware found (cookie, then browser). Theme: the user's, else
    the cookie's, else like the device. An expected refusal that a view let through is shown, never logged."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.theme = _theme(request)
        language = getattr(request.user, "language", "")
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = language
        response = _leave_the_page(request, self.get_response(request))
        _keep_off_the_disk(request, response)
        if language:
            response.headers["Content-Language"] = language
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, NotAllowed):
            return _refused(request, exception, status=403)
        if isinstance(exception, Refusal):
            return _refused(request, exception, status=409)
        return None


def _theme(request: HttpRequest) -> str:
    theme = request.user.theme if request.user.is_authenticated else request.COOKIES.get(THEME_COOKIE, "")
    return theme if theme in User.Theme.values else User.Theme.AUTO


def _leave_the_page(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Signed out meanwhile: htmx would put the login form into a part of the page, so it is told to go there."""
    to_login = response.status_code == 302 and response["Location"].startswith(resolve_url(settings.LOGIN_URL))
    if to_login and request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(response["Location"])
    return response


def _keep_off_the_disk(request: HttpRequest, response: HttpResponse) -> None:
    """On a shared phone the back button must not show people to whoever comes after signing out."""
    if request.user.is_authenticated and not response.has_header("Cache-Control"):
        response.headers["Cache-Control"] = "private, no-store"


def _refused(request: HttpRequest, refusal: Refusal, *, status: int) -> HttpResponse:
    """A fragment for htmx, which swaps 409 and 422; a whole page otherwise."""
    context = {"refusal": refusal, "way_out": refusal.way_out, "back_url": _back(request)}
    template = "components/refusal.html" if request.headers.get("HX-Request") else f"{status}.html"
    return render(request, template, context, status=status)


def _back(request: HttpRequest) -> str:
    """The page the refused form stood on, when the browser says so and it is one of ours."""
    referer = request.headers.get("Referer", "")
    return referer if url_has_allowed_host_and_scheme(referer, {request.get_host()}, request.is_secure()) else ""
