"""Which cases of the list somebody means: those ticked, or all that fit the filters."""

from django.contrib import messages
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import selectors
from cases.forms import SelectionForm
from cases.forms.handing_over import MOST_AT_ONCE
from cases.selectors import CaseFilters
from cases.views import filters as f
from cases.views.addresses import list_url, read_filters
from kit.days import local_day
from kit.templatetags.wayfare import thousands

PURPOSE = "what_cases_are_chosen_for"
"""In the session: {"words", "stop_url"} of a later stage whose page led to the list; the list says it."""


def chosen_ids(request, form: SelectionForm) -> list[int]:
    asked = form.cleaned_data
    return all_that_fit(request, asked["query"]) if asked["everything"] else asked["cases"]


def all_that_fit(request, query: str) -> list[int]:
    """As many as may go at once; that there are more is said on the page that comes next."""
    found = selectors.cases_matching(asked_for(request, query), user=request.user, today=local_day(timezone.now()))
    if (fitting := found.count()) > MOST_AT_ONCE:
        words = _("{all} fit, and {most} go at once: these are the first. Choose again for the rest afterwards.")
        messages.warning(request, words.format(all=thousands(fitting), most=thousands(MOST_AT_ONCE)))
    return list(found.order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE])


def words_of_query(request, query: str) -> str:
    filters = asked_for(request, query)
    return f.words_of(filters, f.chosen_area(request.user, filters.area_code), "")


def back_to(request, form) -> str:
    """The list as it was."""
    return list_of(request, form.data.get("query", ""))


def list_of(request, query: str) -> str:
    return list_url(asked_for(request, query[:500]))


def asked_for(request, query: str) -> CaseFilters:
    return read_filters(QueryDict(query), request.session)
