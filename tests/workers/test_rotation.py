"""Everything that lies sealed is known to the rotation of keys, and is sealed anew wherever a run was broken off."""

import base64
from dataclasses import replace

import pytest
from django.apps import apps
from django.conf import settings as house
from django.core.files.storage import FileSystemStorage
from django.db.models import BinaryField, FileField

from kit.sealing import crypto, rotation
from notifications.models import Message
from tests.notifications.factories import MessageFactory
from tests.workers.factories import WorkerFactory
from workers.models import Worker

OLD, NEW = (base64.b64encode(letter * 32).decode() for letter in (b"o", b"n"))
HASHES = ("digest", "hash", "prev_hash", "mac")  # and all that ends in _blind: one way only, no key opens them


def fields_of_the_house(kind):
    models = [model for name in house.LOCAL_APPS for model in apps.get_app_config(name).get_models()]
    return [(model, field) for model in models for field in model._meta.local_fields if isinstance(field, kind)]


def test_every_sealed_column_is_sealed_anew_when_keys_change():
    sealed = {
        (model._meta.label, field.name)
        for model, field in fields_of_the_house(BinaryField)
        if field.name not in HASHES and not field.name.endswith("_blind")
    }

    known = {(sealing.model._meta.label, column) for sealing in rotation.registered() for column in sealing.columns}

    assert known == sealed
    assert ("workers.Worker", "id_number_cipher") in known


def test_every_kept_file_is_sealed_anew_when_keys_change():
    kept = {(model._meta.label, field.name) for model, field in fields_of_the_house(FileField)}

    known = {(sealing.model._meta.label, name) for sealing in rotation.registered() for name in sealing.files}

    assert known == kept


def test_no_file_lies_open_on_disk():
    plain = [field for _, field in fields_of_the_house(FileField) if type(field.storage) is FileSystemStorage]

    assert plain == []


@pytest.fixture
def ring(settings):
    settings.FIELD_KEYS = [f"k1:{OLD}"]
    return settings


@pytest.mark.django_db
def test_the_number_a_text_goes_to_outlives_its_key(ring):
    message = MessageFactory(delivered=True)
    phone = message.phone
    ring.FIELD_KEYS = [f"k2:{NEW}", f"k1:{OLD}"]

    list(rotation.rotate())

    ring.FIELD_KEYS = [f"k2:{NEW}"]
    assert Message.objects.get().phone == phone


@pytest.mark.django_db
def test_a_run_that_is_broken_off_is_taken_up_where_it_stood(ring, monkeypatch):
    by_twos = replace(rotation._registry[Worker], at_once=2)
    monkeypatch.setattr(rotation, "_registry", {Worker: by_twos})
    phones = sorted(worker.phone for worker in WorkerFactory.create_batch(5))
    ring.FIELD_KEYS = [f"k2:{NEW}", f"k1:{OLD}"]

    first_batch = next(rotation.rotate())
    fresh = [crypto.is_sealed_by_newest(worker.phone_cipher) for worker in Worker.objects.order_by("pk")]
    rest = list(rotation.rotate())

    assert (first_batch, fresh) == ((Worker, 2), [True, True, False, False, False])
    assert (rest, list(rotation.rotate())) == ([(Worker, 2), (Worker, 1)], [])
    ring.FIELD_KEYS = [f"k2:{NEW}"]
    assert sorted(worker.phone for worker in Worker.objects.all()) == phones
