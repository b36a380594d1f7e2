"""A small site: this app's own pages, start pages of apps that may not be installed, and two refusing views."""

from django.http import HttpResponse
from django.urls import include, path

from kit.refusals import Refusal
from staff.decorators import staff_required
from staff.policies import check_has_role_anywhere
from staff.roles import Role


class NoSeat(Refusal):
    message = "Every seat is taken."
    way_out = "Take the next bus."


def page(request):
    return HttpResponse("ok")


def refuse(request):
    raise NoSeat


def app(name: str, *pages: str):
    return include(([path(f"{name}/{word}/", page, name=word) for word in pages], name))


urlpatterns = [
    path("", include("staff.urls")),
    path("", app("cases", "today", "find", "list")),
    path("", app("insights", "funnel")),
    path("", app("fairs", "list")),
    path("", app("transport", "list")),
    path("refuse/", refuse),
    path("supervisors/", staff_required(lambda user: check_has_role_anywhere(user, Role.SUPERVISOR))(page)),
]
