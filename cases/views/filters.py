"""The filters of the list of cases in words, and the choices they are made of."""

from dataclasses import asdict, dataclass

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from areas.models import Area
from cases.choices import ServiceGroup, State
from cases.selectors import CaseFilters
from cases.selectors.many_cases import ANY, ESCALATED, LATE, NOBODY, TODAY
from cases.views.addresses import list_url
from kit.dates import day
from staff.models import User

AT_WORK, ENDED = "at_work", "ended"


@dataclass(frozen=True)
class Chip:
    """A filter that stands in no select, in words, with the address of the list without it."""

    words: str
    without_url: str


def chosen_area(user: User, filters: CaseFilters) -> Area | None:
    """The area asked for, or the user's own; one that is not theirs does not exist."""
    if filters.area_code is None:
        return user.home_area
    area = Area.objects.select_related("parent").filter(pk=filters.area_code).first()
    if area is None or not user.serves(area.pk):
        raise Http404
    return area


def area_choices(user: User, area: Area | None) -> list[dict]:
    """The user's own area, the chosen one's way up, and what lies under it."""
    home = user.home_area
    if home is None or area is None:
        return []
    above = [place for place in way_up(area) if user.serves(place.pk)]
    shown = {place.pk: place for place in [home, *above, *area.children.order_by("code")]}
    return [{"code": place.pk, "label": str(place)} for place in shown.values()]


def way_up(area: Area | None) -> list[Area]:
    path = []
    while area is not None:
        path.insert(0, area)
        area = area.parent
    return path


def state_choices() -> list[tuple[str, str]]:
    return [
        ("", pgettext("cases", "Open")),
        *State.choices,
        (AT_WORK, _("At work")),
        (ENDED, _("Ended")),
        (ANY, _("Any state")),
    ]


def due_choices() -> list[tuple[str, str]]:
    return [
        ("", pgettext("time limits", "Any")),
        (LATE, _("Overdue")),
        (TODAY, _("Due today")),
        (ESCALATED, _("Taken up higher")),
    ]


def group_choices() -> list[tuple[str, str]]:
    return [("", pgettext("groups of people", "Everybody")), *ServiceGroup.choices]


def words_of(filters: CaseFilters, area: Area | None, owner: str) -> str:
    """What the list shows, as one line."""
    if area is None:
        return _("Nothing: you have no posting")
    chosen = [
        str(area) if not filters.only_here else _("%(place)s itself, no village") % {"place": area},
        said(state_choices(), filters.state),
        said(due_choices(), filters.due, default=""),
        said(group_choices(), filters.group, default=""),
        _("nobody responsible yet") if filters.owner == NOBODY else owner,
    ]
    return " · ".join(word for word in chosen if word)


def said(choices, value: str, default: str | None = None) -> str:
    """The label of the value; of nonsense and of an empty filter the default, or what the empty filter is called."""
    labels = {key: str(label) for key, label in choices}
    otherwise = labels[""] if default is None else default
    return otherwise if value == "" else labels.get(value, otherwise)


def chips(filters: CaseFilters) -> list[Chip]:
    """What a figure's link asked for besides, each to be taken away."""
    found = []
    if filters.opened_from or filters.opened_to:
        found.append(Chip(opened_words(filters), without(filters, opened_from=None, opened_to=None)))
    if filters.reached in State.values:
        words = _("came as far as “%(stage)s”") % {"stage": State(filters.reached).label}
        found.append(Chip(words, without(filters, reached="")))
    if filters.missed in State.values:
        words = _("never came to “%(stage)s”") % {"stage": State(filters.missed).label}
        found.append(Chip(words, without(filters, missed="")))
    if filters.only_here:
        found.append(Chip(_("without the villages"), without(filters, only_here=False)))
    return found


def opened_words(filters: CaseFilters) -> str:
    if not filters.opened_from:
        return _("opened until %(end)s") % {"end": day(filters.opened_to)}
    if not filters.opened_to:
        return _("opened since %(start)s") % {"start": day(filters.opened_from)}
    return _("opened %(start)s to %(end)s") % {"start": day(filters.opened_from), "end": day(filters.opened_to)}


def without(filters: CaseFilters, **nothing) -> str:
    return list_url(CaseFilters(**asdict(filters) | nothing))
