from celery import shared_task
from django.utils import timezone

from jobs import letters


@shared_task(acks_late=True)
def render_letter(*, letter_id: int) -> None:
    letters.render(letter_id=letter_id, at=timezone.now())
