"""A sheet over the page for htmx, a page that holds the same sheet for everyone else; and the way back from it."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from cases.choices import Step
from cases.forms.listing import EVERYBODY
from cases.views.rows import place_for
from kit.days import local_day
from kit.pages import address, status_of


def show_sheet(request, template: str, context: dict):
    """`context` has case, form (or None) and refusal (or None)."""
    case, today = context["case"], local_day(timezone.now())
    context |= {
        "sheet_template": template,
        "today": today,
        "age": case.worker.age(today),
        "place": place_for(request.user, case.area_id),
        "came_from": came_from(request, case.pk),
        "came_from_word": came_from_word(request),
    }
    page = template if request.htmx else "cases/sheet_page.html"
    return render(request, page, context, status=status_of(context["form"], refusal=context["refusal"]))


def came_from_word(request) -> str:
    """`today`, with its filters after dots, when the sheet was opened from there; "" for the case page."""
    word = request.POST.get("from") or request.GET.get("from") or ""
    return word if word.split(".")[0] == "today" else ""


def came_from(request, case_id: int) -> str:
    """Where the sheet was opened and where its cross leads."""
    word = came_from_word(request)
    return today_url(**list_of_word(word)) if word else reverse("cases:case", args=[case_id])


def list_of_word(word: str) -> dict:
    """Which list of Today it names."""
    filters = word.split(".")
    return {"step": next((f for f in filters if f in Step.values), ""), "everybody": EVERYBODY in filters}


def today_url(*, step: str = "", everybody: bool = False, **more: str) -> str:
    query = {"step": step, "whose": EVERYBODY if everybody else "", **more}
    return address(reverse("cases:today"), query)


def go_on(request, case_id: int):
    return go_to(request, came_from(request, case_id))


def go_to(request, url: str):
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
