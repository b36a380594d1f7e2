"""What later stages show and offer on the case page. They register from their AppConfig.ready; nothing is imported."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

from staff.models import User


@dataclass(frozen=True)
class Panel:
    """A folded part of the case page, fetched from `url_name` with the case's key."""

    name: str
    url_name: str
    title: str | Promise
    icon: str
    order: int

    def url(self, case_id: int) -> str:
        return reverse(self.url_name, args=[case_id])


@dataclass(frozen=True)
class Action:
    """A button of the next-step card, for the step it belongs to. `fits` asks whether it makes sense for this case."""

    step: str
    url_name: str
    label: str | Promise
    roles: frozenset[str]
    order: int
    fits: Callable[[int], bool] | None = None

    def url(self, case_id: int) -> str:
        return reverse(self.url_name, args=[case_id])


@dataclass(frozen=True)
class BulkAction:
    """A button under the list of cases, for those ticked or all that fit. Its address takes a `SelectionForm`."""

    url_name: str
    label: str | Promise
    icon: str
    roles: frozenset[str]

    @property
    def url(self) -> str:
        return reverse(self.url_name)


@dataclass(frozen=True)
class Offer:
    """What a later stage has for somebody who says `status`: a line for each, and the page where it is taken."""

    status: str
    url_name: str
    lines: Callable[[int, User], list[str]]

    def url(self, case_id: int) -> str:
        return reverse(self.url_name, args=[case_id])


class Registry:
    def __init__(self):
        self.bulk: dict[str, BulkAction] = {}
        self.offers: dict[str, Offer] = {}
        self.panels: dict[str, Panel] = {}
        self.actions: dict[tuple[str, str], Action] = {}

    def in_order(self) -> list[Panel]:
        """Panels whose page exists, in page order."""
        return [panel for panel in sorted(self.panels.values(), key=_by_order) if has_page(panel.url_name)]

    def offer_to(self, status: str) -> Offer | None:
        offer = self.offers.get(status)
        return offer if offer and has_page(offer.url_name) else None

    def actions_of(self, step: str, roles: Iterable[str]) -> list[Action]:
        """Buttons of the step that any of these roles may press."""
        own = frozenset(roles)
        actions = sorted(self.actions.values(), key=_by_order)
        return [a for a in actions if a.step == step and a.roles & own and has_page(a.url_name)]

    def actions_for(self, case_id: int, step: str, roles: Iterable[str]) -> list[Action]:
        """Of those, the ones that fit this case: at most one query for each that asks."""
        return [a for a in self.actions_of(step, roles) if a.fits is None or a.fits(case_id)]

    def bulk_actions_for(self, user: User) -> list[BulkAction]:
        """Offered to who may do it anywhere; each of the chosen cases is then asked for itself."""
        return [action for action in self.bulk.values() if user.has_role_anywhere(*action.roles)]


registry = Registry()


def register(name: str, url_name: str, title, icon: str, order: int = 100) -> None:
    registry.panels[name] = Panel(name, url_name, title, icon, order)


def register_action(
    step: str,
    url_name: str,
    label,
    roles: Iterable[str],
    order: int = 100,
    fits: Callable[[int], bool] | None = None,
) -> None:
    """`fits` gets the case's key: whether a fair, or an introduction, waits for an answer there."""
    registry.actions[step, url_name] = Action(step, url_name, label, frozenset(roles), order, fits)


def register_bulk(url_name: str, label, icon: str, roles: Iterable[str]) -> None:
    registry.bulk[url_name] = BulkAction(url_name, label, icon, frozenset(roles))


def register_offer(status: str, url_name: str, lines: Callable[[int, User], list[str]]) -> None:
    """`lines` gets the case's key and who asks, and says what there is, nearest first."""
    registry.offers[status] = Offer(status, url_name, lines)


def has_page(url_name: str) -> bool:
    try:
        reverse(url_name, args=[0])
    except NoReverseMatch:
        return False
    return True


def _by_order(entry: Panel | Action) -> tuple[int, str]:
    return entry.order, entry.url_name
