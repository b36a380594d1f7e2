from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("staff", "0006_what_was_left_behind_is_handed_on"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="staffchange",
            name="staff_change_names_its_posting",
        ),
        migrations.AlterField(
            model_name="staffchange",
            name="what",
            field=models.CharField(
                choices=[
                    ("posted", "Gave a posting"),
                    ("posting_ended", "Set the last day of a posting"),
                    ("deactivated", "Closed the account"),
                    ("reactivated", "Reopened the account"),
                    ("created", "Opened the account"),
                    ("link_given", "Gave a link to choose a password"),
                    ("password_chosen", "Chose a password by the link"),
                    ("unlocked", "Let them try to sign in again"),
                    ("corrected", "Corrected name or work phone"),
                    ("posting_goes_on", "Took back the last day of a posting"),
                ],
                max_length=16,
                verbose_name="what",
            ),
        ),
        migrations.AddConstraint(
            model_name="staffchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("day__isnull", False),
                        ("posting__isnull", False),
                        ("what__in", ["posted", "posting_ended", "posting_goes_on"]),
                    ),
                    models.Q(
                        models.Q(("what__in", ["posted", "posting_ended", "posting_goes_on"]), _negated=True),
                        ("day", None),
                        ("posting", None),
                    ),
                    _connector="OR",
                ),
                name="staff_change_names_its_posting",
            ),
        ),
    ]
