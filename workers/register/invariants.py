"""The register's own invariants."""

from django.db import connection
from django.db.models import Count, F, Q

from workers import invariants, journal
from workers.choices import HAS_WORK, OUT_OF_WORK
from workers.models import Household, StatusReport, Worker

GROUP_BY_TAGS = """
SELECT count(*) FROM workers_worker w LEFT JOIN workers_household h ON h.id = w.household_id
WHERE w.service_group <> CASE
    WHEN h.zero_employment OR EXISTS (SELECT 1 FROM workers_workertag t WHERE t.worker_id = w.id
        AND t.valid_to IS NULL AND (t.tag = 'zero_employment' OR t.tag LIKE 'monitored%')) THEN 'key_plus'
    WHEN EXISTS (SELECT 1 FROM workers_workertag t WHERE t.worker_id = w.id
        AND t.valid_to IS NULL AND t.tag <> 'minor_16_17') THEN 'key'
    ELSE 'general' END
"""

STATUS_BY_REPORTS = """
SELECT count(*) FROM workers_worker w JOIN LATERAL (
    SELECT r.status FROM workers_statusreport r WHERE r.worker_id = w.id
    ORDER BY r.happened_at DESC, r.id DESC LIMIT 1) newest ON true
WHERE newest.status <> w.status
"""


def households_flagged_wrongly() -> int:
    homes = Household.objects.annotate(
        without=Count("members", filter=Q(members__status__in=OUT_OF_WORK)),
        with_work=Count("members", filter=Q(members__status__in=HAS_WORK)),
    )
    is_zero = Q(without__gt=0, with_work=0)
    return homes.filter(Q(is_zero, zero_employment=False) | Q(~is_zero, zero_employment=True)).count()


def rows_counted_by(sql: str):
    def count() -> int:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0]

    return count


def workers_without_a_journal() -> int:
    return Worker.objects.filter(journal_head=None).count()


def journal_lines_that_do_not_hold() -> int:
    return sum(1 for _ in journal.verify_all())


def reports_entered_before_they_happened() -> int:
    return StatusReport.objects.filter(entered_at__lt=F("happened_at")).count()


invariants.register("journal_chains_hold", journal_lines_that_do_not_hold)
invariants.register("every_worker_has_a_journal", workers_without_a_journal)
invariants.register("reports_happened_before_they_were_entered", reports_entered_before_they_happened)
invariants.register("status_is_that_of_the_newest_report", rows_counted_by(STATUS_BY_REPORTS))
invariants.register("service_group_follows_tags_and_household", rows_counted_by(GROUP_BY_TAGS))
invariants.register("zero_employment_follows_the_members", households_flagged_wrongly)
