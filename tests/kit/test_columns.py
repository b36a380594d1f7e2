"""The words of choices are those that Django says."""

import pytest
from django.db import models
from django.utils.translation import override

from cases.models import Case, WorkItem
from fairs.models import Fair, FairReferral
from jobs.models import Employer
from kit.columns import QuickLabels
from notifications.models import Message
from transport.models import Booking, Trip

MODELS = (Case, WorkItem, Fair, FairReferral, Employer, Message, Booking, Trip)
FIELDS = [(model, field) for model in MODELS for field in model._meta.concrete_fields if field.flatchoices]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(("model", "field"), FIELDS, ids=lambda part: getattr(part, "__name__", None) or part.name)
def test_every_choice_reads_as_django_says_it(model, field, language):
    values = [*(value for value, _words in field.flatchoices), "", "nonsense", None]
    rows = [model(**{field.attname: value}) for value in values]

    with override(language):
        ours = [getattr(row, f"get_{field.name}_display")() for row in rows]
        theirs = [models.Model._get_FIELD_display(row, field) for row in rows]

    assert ours == theirs
    assert all(type(word) in (str, type(None)) for word in ours)


def test_the_models_of_lists_say_them_quickly():
    assert [issubclass(model, QuickLabels) for model in MODELS] == [True] * len(MODELS)
