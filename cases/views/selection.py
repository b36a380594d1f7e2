"""Which cases of the list somebody means: those ticked, or all that fit the filters."""

from django.http import QueryDict
from django.utils import timezone

from cases import selectors
from cases.forms import SelectionForm
from cases.forms.handing_over import MOST_AT_ONCE
from cases.views import filters as f
from cases.views.addresses import list_url, read_filters
from kit.days import local_day
from staff.models import User


def chosen_ids(user: User, form: SelectionForm) -> list[int]:
    asked = form.cleaned_data
    return all_that_fit(user, asked["query"]) if asked["everything"] else asked["cases"]


def all_that_fit(user: User, query: str) -> list[int]:
    found = selectors.cases_matching(read_filters(QueryDict(query)), user=user, today=local_day(timezone.now()))
    return list(found.order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE])


def filter_words(user: User, form: SelectionForm) -> str:
    filters = read_filters(QueryDict(form.cleaned_data["query"]))
    return f.words_of(filters, f.chosen_area(user, filters.area_code), "")


def back_to(form: SelectionForm) -> str:
    """The list as it was."""
    return list_url(read_filters(QueryDict(form.data.get("query", "")[:500])))
