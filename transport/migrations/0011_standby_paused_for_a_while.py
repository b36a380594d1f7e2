"""Who was moved away from a trip paused its standby list for good; now the organiser lets it go on."""

from django.db import migrations, models
from django.db.models import Max, Subquery

MOVED = {"released_because": "other_trip"}


def pause_as_before(apps, schema_editor):
    trips, bookings = apps.get_model("transport", "Trip"), apps.get_model("transport", "Booking")
    last = bookings.objects.filter(trip=models.OuterRef("pk"), **MOVED).order_by().values("trip")
    paused = trips.objects.filter(state__in=["open", "boarding"], bookings__in=bookings.objects.filter(**MOVED))
    since = Subquery(last.annotate(at=Max("released_at")).values("at"))
    trips.objects.filter(pk__in=paused.values("pk")).update(seated_by_hand_since=since)


class Migration(migrations.Migration):
    dependencies = [("transport", "0010_an_old_journey_is_no_seat")]
    operations = [
        migrations.AddField(
            model_name="trip",
            name="seated_by_hand_since",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="standby paused"),
        ),
        migrations.RunPython(pause_as_before, migrations.RunPython.noop),
    ]
