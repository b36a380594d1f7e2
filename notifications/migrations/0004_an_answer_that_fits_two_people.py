from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0003_what_a_text_is_about"),
    ]

    operations = [
        migrations.AlterField(
            model_name="inboundmessage",
            name="handled_as",
            field=models.CharField(
                choices=[
                    ("digit", "Answer"),
                    ("text", "Words to read"),
                    ("opt_out", "Opted out"),
                    ("opt_in", "Opted in again"),
                    ("help", "Asked for help"),
                    ("unclear", "Fits two people on this phone"),
                    ("stranger", "From a number we never wrote to"),
                ],
                max_length=10,
            ),
        ),
    ]
