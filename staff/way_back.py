"""Where somebody stood, and how they come back there after signing in again.

An address of one of our own pages as a path, or "" where the browser does not say.
"""

from urllib.parse import urlsplit

from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme

from kit.pages import address

FOUND = "found"  # in the session: the page that was opened from Find
FIND_WORD = "find"  # in an address, once: opened from Find
STOOD = "stood"  # in an address: the page on which its button was pressed


def page_before(request: HttpRequest) -> str:
    """The page that a form stood on, for htmx and for a plain form."""
    return _our_path(request, request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))


def was_found(request: HttpRequest) -> bool:
    """Whether this page was opened from Find, also when it is shown again after something was done on it."""
    if request.GET.get("from") == FIND_WORD:
        request.session[FOUND] = request.path
    return request.session.get(FOUND) == request.path


def came_by_a_list(request: HttpRequest) -> None:
    """What is opened from here leads back here, though it was found by Find before."""
    request.session.pop(FOUND, None)


def stood(request: HttpRequest) -> str:
    """The page that `to_form` had put into this address."""
    return _our_path(request, request.GET.get(STOOD, ""))


def to_form(request: HttpRequest) -> str:
    """The form's own address, and in it the page to go back to should the address have no page of its own."""
    return address(request.path, {"from": request.POST.get("from", ""), STOOD: page_before(request)})


def form_itself(request: HttpRequest) -> str:
    """This address without what `to_form` had put into it."""
    return _our_path(request, request.get_full_path())


def is_of_a_press(url: str) -> bool:
    """An address that `to_form` made: its form was sent, and not carried out."""
    return STOOD in QueryDict(urlsplit(url).query)


def page_above(path: str) -> str:
    """The nearest page above this address: where the button of an address stands that only takes a press."""
    while path != "/":
        path = path.rstrip("/").rpartition("/")[0] + "/"
        try:
            resolve(path)
        except Resolver404:
            continue
        break
    return path


def _our_path(request: HttpRequest, url: str) -> str:
    if not url_has_allowed_host_and_scheme(url, {request.get_host()}, request.is_secure()):
        return ""
    parts = urlsplit(url)
    query = QueryDict(parts.query, mutable=True)
    query.pop(STOOD, None)
    path = address(parts.path, query.dict())
    return path if url_has_allowed_host_and_scheme(path, None) else ""  # //elsewhere is a path of ours until it is sent
