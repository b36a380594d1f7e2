from celery import shared_task
from django.db import transaction
from django.utils import timezone

from jobs.letters import rendering
from jobs.models import Letter


@shared_task
def render_letter(*, letter_id: int) -> None:
    rendering.render(letter_id=letter_id, at=timezone.now())


def render_after_commit(letter: Letter) -> None:
    """Robust: with the broker down the letter is still issued, and whoever opens its PDF renders it."""
    # no partial: Django asks a robust hook that fails for its name
    transaction.on_commit(lambda: render_letter.delay(letter_id=letter.pk), robust=True)
