from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("fairs", "0010_never_more_posts_than_are_open")]

    operations = [
        migrations.AddField(
            model_name="booth",
            name="confirmed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="the employer answered at"),
        ),
        migrations.AddField(
            model_name="booth",
            name="comes",
            field=models.BooleanField(blank=True, null=True, verbose_name="the employer comes"),
        ),
        migrations.AddField(
            model_name="booth",
            name="who_comes",
            field=models.CharField(blank=True, max_length=80, verbose_name="who comes"),
        ),
        migrations.AddConstraint(
            model_name="booth",
            constraint=models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, comes__isnull=True, who_comes="")
                | Q(confirmed_at__isnull=False, comes=True) & ~Q(who_comes="")
                | Q(confirmed_at__isnull=False, comes=False, who_comes=""),
                name="an_employer_who_comes_says_who",
            ),
        ),
    ]
