"""The police rule: what is planned counts, and so does everybody on the list."""

from fairs.choices import LICENSED_FROM
from fairs.models import Fair
from fairs.refusals import CrowdWithoutLicence, LicenceMissing


def is_large(fair: Fair) -> bool:
    """Planned for so many, or so many are on its list."""
    return fair.expected >= LICENSED_FROM or fair.referrals.current().count() >= LICENSED_FROM


def check_licence_asked_for(fair: Fair) -> None:
    """A large fair opens once the licence is there or was asked for 20 days ahead."""
    if not fair.was_licence_asked_for and is_large(fair):
        raise LicenceMissing


def check_has_licence(fair: Fair) -> None:
    if not fair.licence_no and is_large(fair):
        raise LicenceMissing


def check_crowd(fair: Fair, *, more: int) -> None:
    """A fair planned for few that so many people are sent to is a large one. To open doors nobody is sent on a licence
    that was only asked for.
    """
    if (fair.licence_no if fair.is_running else fair.was_licence_asked_for) or not more:
        return
    if fair.referrals.current().count() + more >= LICENSED_FROM:
        raise CrowdWithoutLicence
