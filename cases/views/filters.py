"""The filters of the list of cases in words, and the areas to choose from."""

from dataclasses import dataclass

from django.http import Http404
from django.utils.translation import gettext as _

from areas.gazetteer import children, lineage
from areas.models import Area
from areas.selectors import Option, place_name, spoken
from cases.choices import NOBODY, State
from cases.forms import CaseFilter
from cases.selectors import CaseFilters
from kit.dates import day
from staff.models import User
from staff.roles import RECORD_READERS


@dataclass(frozen=True)
class Chip:
    """A filter that stands in no select, in words, with the address of the list without it."""

    words: str
    without_url: str


def chosen_area(user: User, code: int | None) -> Area | None:
    """The area asked for, or the user's own; one that is not theirs does not exist."""
    if code is None:
        return user.home_area_as(*RECORD_READERS)
    area = Area.objects.select_related("parent").filter(pk=code).first()
    if area is None or not user.has_role_in(area.pk, *RECORD_READERS):
        raise Http404
    return area


def area_choices(user: User, area: Area | None) -> list[dict]:
    """The user's own area, the way down to the chosen one, and what lies under it."""
    home = user.home_area_as(*RECORD_READERS)
    if home is None or area is None:
        return []
    under = [place.code for place in children(area.pk)]
    shown = dict.fromkeys([home.pk, *(place.code for place in way_down(user, area)), *under])
    return [{"code": code, "label": place_name(code)} for code in shown]


def way_down(user: User, area: Area | None) -> list[Option]:
    """From the widest area whose records the user reads."""
    line = lineage(area.pk) if area else []
    return [Option(place.code, spoken(place)) for place in line if user.has_role_in(place.code, *RECORD_READERS)]


def words_of(filters: CaseFilters, area: Area | None, owner: str) -> str:
    """What the list shows, as one line."""
    if area is None:
        return _("Nothing: you have no posting")
    chosen = [
        str(area) if not filters.only_here else _("%(place)s itself, no village") % {"place": area},
        label_of("state", filters.state),
        filters.due and label_of("due", filters.due),
        filters.group and label_of("group", filters.group),
        filters.flag and label_of("flag", filters.flag),
        _("nobody responsible yet") if filters.owner == NOBODY else owner,
    ]
    return " · ".join(word for word in chosen if word)


def label_of(name: str, value: str) -> str:
    return str(dict(CaseFilter.base_fields[name].choices)[value])


def orders(filters: CaseFilters) -> dict[str, str]:
    """What the list can be ordered by. The first rules unasked, and only open cases have an urgency."""
    labels = dict(CaseFilter.base_fields["sort"].choices)
    if not filters.are_open_only:
        labels[""] = labels.pop("newest")
    return labels


def chips(form: CaseFilter, filters: CaseFilters) -> list[Chip]:
    """What a figure's link asked for besides, each to be taken away."""
    found = []
    if filters.opened_from or filters.opened_to:
        found.append(Chip(opened_words(filters), form.url(**{"from": "", "to": ""})))
    if filters.reached:
        words = _("came as far as “%(stage)s”") % {"stage": State(filters.reached).label}
        found.append(Chip(words, form.url(reached="")))
    if filters.missed:
        words = _("never came to “%(stage)s”") % {"stage": State(filters.missed).label}
        found.append(Chip(words, form.url(missed="")))
    if filters.words:
        found.append(Chip(_("looked for “%(words)s”") % {"words": filters.words}, form.url(find="")))
    if filters.only_here:
        found.append(Chip(_("without the villages"), form.url(here="")))
    return found


def opened_words(filters: CaseFilters) -> str:
    if not filters.opened_from:
        return _("opened until %(end)s") % {"end": day(filters.opened_to)}
    if not filters.opened_to:
        return _("opened since %(start)s") % {"start": day(filters.opened_from)}
    return _("opened %(start)s to %(end)s") % {"start": day(filters.opened_from), "end": day(filters.opened_to)}
