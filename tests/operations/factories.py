import factory

from operations.models import Failure
from tests.workers.factories import NOON


class FailureFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Failure

    task_id = factory.Sequence(lambda n: f"task-{n}")
    task = "jobs.tasks.render_letter"
    queue = "documents"
    arguments = {"letter_id": 0}
    kind = Failure.Kind.RAISED
    error = "OSError at jobs/letters/rendering.py:12"
    happened_at = NOON
