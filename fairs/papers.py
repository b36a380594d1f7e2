"""Papers of a fair: the slip a worker takes along the booths, and the application to the police. In Chinese only."""

from collections.abc import Sequence

from django.template.loader import render_to_string
from django.utils import translation

from areas.selectors import full_name
from fairs.choices import LicencePaper
from fairs.models import Fair, FairReferral
from fairs.selectors import home_of
from fairs.texts import venue_and_landmark
from kit.papers import qr_svg, render_pdf
from notifications.templates import CHINESE

LINES = 4
"""Rows of the table: the wishes, and empty ones for posts found on the spot."""
LONG = 34
"""Characters of a name from which the smaller type is needed."""


def slips(referrals: Sequence[FairReferral]) -> bytes:
    """A PDF of two slips a page, for referrals of `for_page`. An empty list gives one page that says so."""
    with translation.override(CHINESE):
        people = [slip_of(referral) for referral in referrals]
        return render_pdf(render_to_string("fairs/papers/slips.html", {"people": people}))


def slip_of(referral: FairReferral) -> dict:
    wishes = referral.wishes_to_walk()
    names = [referral.fair.title, venue_and_landmark(referral.fair)]
    names += [name for wish in wishes for name in (wish.offer.vacancy.employer.name, wish.offer.vacancy.title)]
    is_long = max(map(len, names)) > LONG
    return {
        "referral": referral,
        "wishes": wishes,
        "blanks": range(1 if is_long else max(LINES - len(wishes), 1)),
        "is_long": is_long,
        "home": home_of(referral.worker.area_id),
        "qr": qr_svg(door_code(referral)),
    }


def licence_application(fair: Fair) -> bytes:
    """Two pages: the application with what goes along, and the safety plan with what is known already."""
    with translation.override(CHINESE):
        booths, place = fair.booths.count(), full_name(fair.area_id)
        context = {"fair": fair, "papers": LicencePaper, "booths": booths, "place": place}
        return render_pdf(render_to_string("fairs/papers/licence.html", context))


def door_code(referral: FairReferral) -> str:
    """What the square says: the fair and the six digits, and nothing about the person."""
    return f"WF-FAIR:{referral.fair_id}:{referral.code}"
