"""What was sealed for one column of one row opens nowhere else, whoever moves it there."""

import pytest

from jobs.letters.facts import _id_number, sealed_id_number
from jobs.models import Letter
from kit.sealing import binding, crypto
from tests.notifications.factories import MessageFactory
from tests.workers.factories import WorkerFactory
from workers.models import Worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def two():
    return WorkerFactory(), WorkerFactory()


@pytest.mark.parametrize("column", ["id_number", "phone"])
def test_a_number_copied_from_another_person_is_refused_by_name(two, column):
    mine, hers = two
    cipher = f"{column}_cipher"

    Worker.objects.filter(pk=mine.pk).update(**{cipher: getattr(hers, cipher)})

    with pytest.raises(crypto.NotOfThisPlace, match=f"is not a workers_worker.{cipher} of row {mine.pk}"):
        getattr(Worker.objects.get(pk=mine.pk), column)


def test_a_number_copied_from_another_column_is_refused(two):
    worker, _ = two
    worker.phone_cipher = worker.id_number_cipher

    with pytest.raises(crypto.NotOfThisPlace):
        worker.phone  # noqa: B018


def test_a_text_opens_only_the_number_sealed_for_its_worker_and_its_table(two):
    message, other = MessageFactory(worker=two[0]), MessageFactory(worker=two[1])
    assert message.phone == two[0].phone

    for cipher in (other.phone_cipher, two[0].phone_cipher):
        message.phone_cipher = cipher
        with pytest.raises(crypto.NotOfThisPlace):
            message.phone  # noqa: B018


def test_a_letter_opens_only_the_number_of_the_person_it_was_issued_to(two):
    mine, hers = two
    letter = Letter(worker=mine, id_number_cipher=sealed_id_number(mine))
    assert _id_number(letter) == mine.id_number

    letter.id_number_cipher = sealed_id_number(hers)
    with pytest.raises(crypto.NotOfThisPlace):
        _id_number(letter)


def test_a_person_who_was_registered_opens_under_the_key_the_row_got(two):
    kept = Worker.objects.get(pk=two[0].pk)

    assert (kept.id_number, kept.phone) == (two[0].id_number, two[0].phone)


# ---- values from before --------------------------------------------------------------------------------------------


def test_values_from_before_are_bound_to_the_row_they_lie_in_and_only_then_open(two, monkeypatch):
    phones = [worker.phone for worker in two]
    for worker, phone in zip(two, phones, strict=True):
        worker.phone_cipher = crypto.seal(phone, purpose="worker.phone")
        worker.save()
    with pytest.raises(crypto.NotOfThisPlace):
        two[0].phone  # noqa: B018
    monkeypatch.setattr(binding, "AT_ONCE", 1)

    for _ in range(2):  # as after a run that was broken off
        binding.bind(Worker, "phone_cipher", row="id", sealed_as="worker.phone")

    assert [worker.phone for worker in Worker.objects.order_by("pk")] == phones


def test_a_damaged_value_is_named_and_stops_nobody_elses(two, capsys):
    phone = two[1].phone
    two[0].phone_cipher = bytes(two[0].phone_cipher)[:-1] + b"?"
    two[1].phone_cipher = crypto.seal(phone, purpose="worker.phone")
    Worker.objects.bulk_update(two, ["phone_cipher"])

    binding.bind(Worker, "phone_cipher", row="id", sealed_as="worker.phone")

    assert Worker.objects.get(pk=two[1].pk).phone == phone
    told = f"workers_worker.phone_cipher: the value of row {two[0].pk} cannot be opened and stays as it is."
    assert capsys.readouterr().out.strip() == told


def test_a_missing_key_stops_the_rewriting_before_anything_is_lost(two, settings):
    before = bytes(two[0].phone_cipher)
    settings.FIELD_KEYS = ["other:b3RoZXJvdGhlcm90aGVyb3RoZXJvdGhlcm90aGVyb3Q="]

    with pytest.raises(crypto.KeyMissing):
        binding.bind(Worker, "phone_cipher", row="id", sealed_as="worker.phone")

    assert bytes(Worker.objects.get(pk=two[0].pk).phone_cipher) == before
