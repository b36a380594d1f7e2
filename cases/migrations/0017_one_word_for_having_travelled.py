"""The state reads "Travelled" as the steps of a case do; nothing in the database changes."""

import django_fsm
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0016_choices_of_many_cases_have_an_address"),
    ]

    operations = [
        migrations.AlterField(
            model_name="case",
            name="state",
            field=django_fsm.FSMField(
                choices=[
                    ("flagged", "Flagged"),
                    ("contacted", "Contacted"),
                    ("referred", "Referred"),
                    ("placed", "Placed"),
                    ("transported", "Travelled"),
                    ("settled", "Settled"),
                    ("closed", "Closed"),
                ],
                default="flagged",
                max_length=12,
                protected=True,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="casemove",
            name="from_state",
            field=models.CharField(
                blank=True,
                choices=[
                    ("flagged", "Flagged"),
                    ("contacted", "Contacted"),
                    ("referred", "Referred"),
                    ("placed", "Placed"),
                    ("transported", "Travelled"),
                    ("settled", "Settled"),
                    ("closed", "Closed"),
                ],
                max_length=12,
                verbose_name="state before",
            ),
        ),
        migrations.AlterField(
            model_name="casemove",
            name="to_state",
            field=models.CharField(
                choices=[
                    ("flagged", "Flagged"),
                    ("contacted", "Contacted"),
                    ("referred", "Referred"),
                    ("placed", "Placed"),
                    ("transported", "Travelled"),
                    ("settled", "Settled"),
                    ("closed", "Closed"),
                ],
                max_length=12,
                verbose_name="state after",
            ),
        ),
        migrations.AlterField(
            model_name="contactattempt",
            name="state_after",
            field=models.CharField(
                choices=[
                    ("flagged", "Flagged"),
                    ("contacted", "Contacted"),
                    ("referred", "Referred"),
                    ("placed", "Placed"),
                    ("transported", "Travelled"),
                    ("settled", "Settled"),
                    ("closed", "Closed"),
                ],
                max_length=12,
                verbose_name="state after",
            ),
        ),
        migrations.AlterField(
            model_name="contactattempt",
            name="state_before",
            field=models.CharField(
                choices=[
                    ("flagged", "Flagged"),
                    ("contacted", "Contacted"),
                    ("referred", "Referred"),
                    ("placed", "Placed"),
                    ("transported", "Travelled"),
                    ("settled", "Settled"),
                    ("closed", "Closed"),
                ],
                max_length=12,
                verbose_name="state before",
            ),
        ),
        migrations.AlterField(
            model_name="followupentry",
            name="state_after",
            field=models.CharField(
                choices=[
                    ("flagged", "Flagged"),
                    ("contacted", "Contacted"),
                    ("referred", "Referred"),
                    ("placed", "Placed"),
                    ("transported", "Travelled"),
                    ("settled", "Settled"),
                    ("closed", "Closed"),
                ],
                max_length=12,
                verbose_name="state after",
            ),
        ),
        migrations.AlterField(
            model_name="followupentry",
            name="state_before",
            field=models.CharField(
                choices=[
                    ("flagged", "Flagged"),
                    ("contacted", "Contacted"),
                    ("referred", "Referred"),
                    ("placed", "Placed"),
                    ("transported", "Travelled"),
                    ("settled", "Settled"),
                    ("closed", "Closed"),
                ],
                max_length=12,
                verbose_name="state before",
            ),
        ),
    ]
