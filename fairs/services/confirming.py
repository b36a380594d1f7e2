"""An employer says by a link whether it comes, who comes, and how many people it wants. No login, no name."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction

from fairs import locking
from fairs.choices import FairState
from fairs.models import Booth, BoothVacancy
from fairs.refusals import (
    FairCalledOff,
    FairMovedOn,
    LinkExpired,
    MorePostsThanEntered,
    MorePostsThanOpen,
    WhoComesMissing,
)
from fairs.services.booths import check_are_open
from jobs.models import Vacancy
from jobs.rules import fitness

SALT = "fairs.confirm_booth"
LIVES = timedelta(days=60)


def link_token(booth: Booth) -> str:
    """Signed, so that nobody can make one for another booth; it holds the key of the booth and nothing else."""
    return signing.dumps(booth.pk, salt=SALT)


def booth_of(token: str, *, at: datetime) -> Booth:
    """Until the fair is over, and for sixty days at most."""
    try:
        pk = signing.loads(token, salt=SALT, max_age=LIVES)
    except signing.BadSignature as forged:
        raise LinkExpired from forged
    booth = Booth.objects.select_related("fair", "employer").filter(pk=pk).first()
    if booth and booth.fair.state == FairState.CANCELLED:
        raise FairCalledOff
    if booth is None or not booth.fair.is_not_over or booth.fair.ends_at <= at:
        raise LinkExpired
    return booth


@transaction.atomic
def confirm_booth(*, booth: Booth, comes: bool, who: str, wanted: Mapping[Vacancy, int], at: datetime) -> Booth:
    """`wanted` by post, 0 for one that is not offered. Answering again is answering anew."""
    if not locking.fair_alone(booth.fair).is_not_over:
        raise FairMovedOn
    if comes:
        _check_may_come(booth, who)
    booth.comes, booth.who_comes, booth.confirmed_at = comes, who.strip() if comes else "", at
    booth.save(update_fields=["comes", "who_comes", "confirmed_at"])
    if comes:
        for post, people in sorted(wanted.items(), key=lambda pair: pair[0].pk):
            _offer(booth, post, people)
    return booth


def _check_may_come(booth: Booth, who: str) -> None:
    if not who.strip():
        raise WhoComesMissing
    booth.employer.refresh_from_db(fields=["is_held"])
    fitness.check_employer(booth.employer)


def _offer(booth: Booth, post: Vacancy, people: int) -> None:
    """A post nobody is wanted for stays on the booth only if it stood there: slips may name it."""
    try:
        check_are_open(booth, post, people)
    except MorePostsThanOpen as refusal:
        raise MorePostsThanEntered(refusal.message) from refusal
    if people or booth.offers.filter(vacancy=post).exists():
        BoothVacancy.objects.update_or_create(booth=booth, vacancy=post, defaults={"wanted": people})
