"""The police rule: what is planned counts, and so does everybody on the list."""

from fairs.choices import LICENSED_FROM
from fairs.models import Fair
from fairs.refusals import CrowdWithoutLicence, LicenceMissing


def check_licence_asked_for(fair: Fair) -> None:
    """A large fair opens once the licence is there or was asked for 20 days ahead."""
    if fair.needs_licence and not fair.was_licence_asked_for:
        raise LicenceMissing


def check_has_licence(fair: Fair) -> None:
    if fair.needs_licence and not fair.licence_no:
        raise LicenceMissing


def check_crowd(fair: Fair, *, more: int) -> None:
    """A fair planned for few that so many people are sent to is a large one."""
    if fair.was_licence_asked_for or not more:
        return
    if fair.referrals.current().count() + more >= LICENSED_FROM:
        raise CrowdWithoutLicence
