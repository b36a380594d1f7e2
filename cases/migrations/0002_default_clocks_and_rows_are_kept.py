"""The table of clocks as the county starts with it, and: what was done to a case is never deleted."""

from datetime import date

from django.db import migrations

from kit.append_only import rows_are_kept

DAYS, WORKING = "days", "working_days"
GROUPS = ("key_plus", "key", "general")
# clock: (amount, unit) for zero-employment and monitored, other key groups, general
CLOCKS = {
    "flag_seen": ((1, DAYS), (1, WORKING), (2, WORKING)),
    "first_contact": ((3, DAYS), (3, WORKING), (7, DAYS)),
    "plan": ((5, DAYS), (7, DAYS), (15, DAYS)),
    "package_1311": ((10, DAYS), (20, DAYS), (30, DAYS)),
    "contact_while_open": ((7, DAYS), (14, DAYS), (30, DAYS)),
    "referral_result": ((3, WORKING), (3, WORKING), (3, WORKING)),
}
FOLLOW_UPS = {"key_plus": (3, 7, 30, 90, 180), "key": (7, 30, 90, 180), "general": (7, 30, 90)}
# days after the due moment: to the township, to the county
ESCALATION = {"key_plus": (1, 3), "key": (2, 5), "general": (3, 10)}
SINCE = date(2020, 1, 1)


def rows():
    for clock, allowed in CLOCKS.items():
        for group, (amount, unit) in zip(GROUPS, allowed, strict=True):
            yield clock, group, amount, unit
    for group, days in FOLLOW_UPS.items():
        for day_no in days:
            yield "follow_up", group, day_no, DAYS


def load(apps, schema_editor):
    clock_rule = apps.get_model("cases", "ClockRule")
    clock_rule.objects.bulk_create(
        clock_rule(
            clock=clock,
            service_group=group,
            amount=amount,
            unit=unit,
            escalate_township_days=ESCALATION[group][0],
            escalate_county_days=ESCALATION[group][1],
            valid_from=SINCE,
        )
        for clock, group, amount, unit in rows()
    )


def unload(apps, schema_editor):
    apps.get_model("cases", "ClockRule").objects.filter(valid_from=SINCE).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0001_initial"),
        ("staff", "0002_append_only_access_and_no_overlapping_postings"),
    ]

    operations = [
        migrations.RunPython(load, unload),
        rows_are_kept("cases_case"),
        rows_are_kept("cases_workitem"),
        rows_are_kept("cases_contactattempt"),
        rows_are_kept("cases_followup"),
    ]
