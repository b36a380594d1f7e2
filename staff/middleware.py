"""What each page owes to whoever is looking. They stand in the settings in the order they have here."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils import translation
from django.utils.deprecation import MiddlewareMixin
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

from kit.refusals import Refusal
from staff.models import User
from staff.refusals import NotAllowed

THEME_COOKIE = "wayfare_theme"


class LanguageAndTheme(MiddlewareMixin):
    """Show the page as its reader wants it.

    Language: the user's own, else what LocaleMiddleware found (cookie, then browser). Theme: the user's, else the
    cookie's, else like the device. Comes before the other three, so that whatever they show is in that language.
    """

    def process_request(self, request: HttpRequest) -> None:
        request.theme = _theme(request)
        request.own_language = getattr(request.user, "language", "")
        if request.own_language:
            translation.activate(request.own_language)
            request.LANGUAGE_CODE = request.own_language

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.own_language:
            response.headers["Content-Language"] = request.own_language
        return response


class PrivatePages(MiddlewareMixin):
    """On a shared phone the back button must not show people to whoever comes after signing out.

    Comes before `LoginTakesTheWholePage`, whose answer it marks too.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            response.headers["Cache-Control"] = "private, no-store"
        return response


class LoginTakesTheWholePage(MiddlewareMixin):
    """Signed out meanwhile: htmx would put the login form into a part of the page, so it is told to go there."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        to_login = response.status_code == 302 and response["Location"].startswith(resolve_url(settings.LOGIN_URL))
        if to_login and request.headers.get("HX-Request"):
            return HttpResponseClientRedirect(response["Location"])
        return response


class RefusalPages(MiddlewareMixin):
    """An expected refusal that a view let through is shown, never logged."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, NotAllowed):
            return _refused(request, exception, status=403)
        if isinstance(exception, Refusal):
            return _refused(request, exception, status=409)
        return None


def _theme(request: HttpRequest) -> str:
    theme = request.user.theme if request.user.is_authenticated else request.COOKIES.get(THEME_COOKIE, "")
    return theme if theme in User.Theme.values else User.Theme.AUTO


def _refused(request: HttpRequest, refusal: Refusal, *, status: int) -> HttpResponse:
    """A fragment for htmx, which swaps 409 and 422; a whole page otherwise."""
    context = {"refusal": refusal, "way_out": refusal.way_out, "back_url": _back(request)}
    template = "components/refusal.html" if request.headers.get("HX-Request") else f"{status}.html"
    return render(request, template, context, status=status)


def _back(request: HttpRequest) -> str:
    """The page the refused form stood on, when the browser says so and it is one of ours."""
    referer = request.headers.get("Referer", "")
    return referer if url_has_allowed_host_and_scheme(referer, {request.get_host()}, request.is_secure()) else ""
