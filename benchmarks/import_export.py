"""The same roster through django-import-export, which most Django houses load tables with: what ours is compared with.

Two ways: the worker table alone with what is fastest in it, and every row through the services of this house, so that
the same lines of the journal, reports and cases come of it as of our own import.
"""

import time
from itertools import islice
from pathlib import Path

from django.utils import timezone
from import_export import fields, resources
from tablib import Dataset

from areas.addresses import resolve_home
from areas.destinations import resolve_destination
from areas.models import Area
from kit.days import local_day
from workers import services
from workers.choices import Source
from workers.identity import read_id_number, read_phone
from workers.imports.statuses import status_of
from workers.models import Worker

AT_ONCE = 1000


class Person(resources.ModelResource):
    """Columns of the roster; the village and the status are read as ours reads them."""

    name = fields.Field("name", "姓名")

    class Meta:
        model = Worker
        fields = ("name",)
        import_id_fields = ()
        force_init_instance = True
        use_transactions = False
        skip_diff = skip_html_diff = True
        report_skipped = False

    def before_import_row(self, row, **kwargs):
        row["area"] = resolve_home(row["户籍地址"]).code
        row["destination"] = resolve_destination(row["务工地点"]) if row["务工地点"] else None
        row["status"] = status_of(row["就业状态"], home=row["area"], destination=row["destination"], is_willing=None)


class TableAlone(Person):
    class Meta:
        use_bulk = True
        batch_size = AT_ONCE

    def import_instance(self, instance, row, **kwargs):
        now = timezone.now()
        who = read_id_number(row["身份证号"], local_day(now))
        instance.set_name(row["姓名"])
        instance.set_id_number(who.number)
        instance.set_phone(read_phone(row["联系电话"]))
        instance.sex, instance.birth_date, instance.created_at = who.sex, who.birth_date, now
        instance.area_id, instance.destination_id, instance.status = row["area"], row["destination"], row["status"]


class WithAllThatFollows(Person):
    def import_instance(self, instance, row, **kwargs):
        """`save_instance` has the row."""

    def save_instance(self, instance, is_create, row, **kwargs):
        at = timezone.now()
        wage = int(row["月工资"]) if row["月工资"] else None
        person = services.NewWorker(
            name=row["姓名"], area=Area.objects.get(pk=row["area"]), id_number=row["身份证号"], phone=row["联系电话"],
            status=row["status"], status_happened_at=at, employer_name=row["务工单位"], wage=wage,
            destination=row["destination"] and Area.objects.get(pk=row["destination"]),
        )  # fmt: skip
        services.register_worker(fields=person, by=None, at=at, source=Source.IMPORT)


def rows_per_s(resource: type[Person], roster: Path, first: int) -> float:
    """From the file on, of the first people of it who have a number."""
    began = time.perf_counter()
    with roster.open(encoding="gb18030", newline="") as file:
        heading, *lines = islice(file, first + 1)
    rows = Dataset().load(heading + "".join(line for line in lines if has_number(line)), format="csv")
    resource().import_data(rows, raise_errors=True)
    return len(rows) / (time.perf_counter() - began)


def has_number(line: str) -> bool:
    return bool(line.split(",")[1])
