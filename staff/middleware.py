"""What each page owes to whoever is looking. They stand in the settings in the order they have here."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone, translation
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from kit import locks
from kit.pages import address
from kit.refusals import Busy, Refusal
from staff import way_back
from staff.models import User
from staff.refusals import NotAllowed
from staff.signing_in import entering, second_factor, sessions, shown_codes

THEME_COOKIE = "wayfare_theme"
NO_FORMS_TO_COME_BACK_TO = ("staff:logout", "staff:code")


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


class FormsSentByScript(MiddlewareMixin):
    """A page's form is sent by htmx, so that without a signal the page with all that was typed still stands.

    Views see a form like any other. Where it leads to another page, the browser is told to go there: of a redirect
    that it follows by itself, a script learns nothing. The form of a sheet is answered by the sheet again.
    """

    def process_request(self, request: HttpRequest) -> None:
        request.is_boosted = bool(request.META.pop("HTTP_HX_BOOSTED", ""))
        if request.is_boosted and request.headers.get("HX-Target") != "sheet":
            request.META.pop("HTTP_HX_REQUEST", None)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.is_boosted and response.status_code == 302:
            _let_htmx_go(response, status=200)
        return response


class LoginTakesTheWholePage(MiddlewareMixin):
    """Signed out meanwhile: who signs in again comes back to the form that was not carried out.

    htmx would put the login form into a part of the page, so it is told to go there; by 401 it learns that nothing was
    done.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        login = resolve_url(settings.LOGIN_URL)
        if response.status_code != 302 or response["Location"].partition("?")[0] != login:
            return response
        if request.method == "POST" and request.path not in (login, *map(resolve_url, NO_FORMS_TO_COME_BACK_TO)):
            response["Location"] = address(login, {"next": way_back.to_form(request)})
        if request.is_boosted or request.headers.get("HX-Request"):
            _let_htmx_go(response, status=401)
        return response


class LastSeen(MiddlewareMixin):
    """Where somebody is signed in, and when they were last there, stands on a page of their own."""

    def process_request(self, request: HttpRequest) -> None:
        if request.user.is_authenticated:
            sessions.seen(request.session, at=timezone.now())


class SecondFactorFirst(MiddlewareMixin):
    """Who must have a code at sign-in opens nothing before it is set up, or given if the session began without it."""

    OPEN = frozenset({"staff:factor_setup", "staff:preferences", "staff:logout", "staff:code", "set_language"})

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        user = request.user
        shown_codes.forget_codes_in_time(request, at=timezone.now())
        if not user.is_authenticated or entering.has_proved(request) or not second_factor.is_demanded_of(user):
            return None
        if request.resolver_match.view_name in self.OPEN:
            return None
        if not second_factor.has_one(user):
            return _go(request, resolve_url("staff:factor_setup"))
        entering.ask_for_code(request, user, next=request.path, at=timezone.now())
        return _go(request, resolve_url("staff:code"))


class AddressesOfButtons(MiddlewareMixin):
    """An address that only takes a press leads whoever opens it to the page where the button stands.

    Who signed in again after a press that came too late is told that it did nothing, there or on the form's own page.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return response
        page = way_back.stood(request) if request.user.is_authenticated else ""
        if response.status_code == 405 and not getattr(request.resolver_match.func, "csrf_exempt", False):
            back = way_back.stood(request) or way_back.page_above(request.path)
        elif page and response.status_code == 200:
            back = way_back.form_itself(request)
        else:
            return response
        if page:
            messages.warning(request, _("Your last press did nothing: the page had been open too long. Press again."))
        return redirect(back)


class RefusalPages(MiddlewareMixin):
    """An expected refusal that a view let through is shown, never logged."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, NotAllowed):
            return _refused(request, exception, status=403)
        if isinstance(exception, Refusal):
            return _refused(request, exception, status=409)
        if locks.is_busy(exception):
            return _refused(request, Busy(), status=409)
        return None


def _theme(request: HttpRequest) -> str:
    theme = request.user.theme if request.user.is_authenticated else request.COOKIES.get(THEME_COOKIE, "")
    return theme if theme in User.Theme.values else User.Theme.AUTO


def _refused(request: HttpRequest, refusal: Refusal, *, status: int) -> HttpResponse:
    """A fragment for htmx, which swaps 409 and 422; a whole page otherwise."""
    context = {"refusal": refusal, "way_out": refusal.way_out, "back_url": way_back.page_before(request)}
    is_part = request.is_boosted or request.headers.get("HX-Request")
    template = "components/refusal.html" if is_part else f"{status}.html"
    return render(request, template, context, status=status)


def _go(request: HttpRequest, url: str) -> HttpResponse:
    """The whole page goes there, whatever part of it asked."""
    if request.is_boosted or request.headers.get("HX-Request"):
        return HttpResponse(status=403, headers={"HX-Redirect": url})
    return redirect(url)


def _let_htmx_go(response: HttpResponse, *, status: int) -> None:
    """The same response, for it carries cookies."""
    response.status_code, response.headers["HX-Redirect"] = status, response.headers["Location"]
    del response.headers["Location"]
