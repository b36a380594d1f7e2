"""Views of the list of cases that somebody wants to come back to."""

from django.db import transaction

from cases.models import SavedFilter
from cases.refusals import TooManyFilters
from staff.models import User

MOST = 12


@transaction.atomic
def save_filter(*, user: User, name: str, query: str) -> SavedFilter:
    """The same name again is the same view, with what is shown now."""
    User.objects.select_for_update().get(pk=user.pk)
    if user.saved_filters.exclude(name=name).count() >= MOST:
        raise TooManyFilters
    saved, _created = SavedFilter.objects.update_or_create(user=user, name=name, defaults={"query": query})
    return saved


@transaction.atomic
def drop_filter(*, saved: SavedFilter) -> None:
    saved.delete()
