"""The referral slip: half an A4 sheet a worker takes along the booths."""

from collections.abc import Sequence

from django.template.loader import render_to_string

from fairs.models import FairReferral
from jobs.papers import qr_svg, render_pdf


def slips(referrals: Sequence[FairReferral]) -> bytes:
    """A PDF of two slips a page. An empty list gives one page that says so."""
    people = [{"referral": referral, "qr": qr_svg(door_code(referral))} for referral in referrals]
    return render_pdf(render_to_string("fairs/papers/slips.html", {"people": people}))


def door_code(referral: FairReferral) -> str:
    """What the QR carries: the fair and the six digits, and nothing about the person."""
    return f"WF-FAIR:{referral.fair_id}:{referral.code}"
