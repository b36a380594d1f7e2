"""Trips that carry somebody of an area are found without a look at everybody who ever travelled."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

FILL = """
UPDATE transport_booking booking SET area_code = told.area_code FROM cases_case told WHERE told.id = booking.case_id
"""
FOLLOW = """
CREATE FUNCTION transport_booking_takes_area() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT area_code INTO NEW.area_code FROM cases_case WHERE id = NEW.case_id;
    RETURN NEW;
END $$;
CREATE TRIGGER transport_booking_takes_area BEFORE INSERT OR UPDATE OF area_code, case_id ON transport_booking
    FOR EACH ROW EXECUTE FUNCTION transport_booking_takes_area();

CREATE FUNCTION transport_bookings_follow_their_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE transport_booking SET area_code = NEW.area_code WHERE case_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER transport_bookings_follow_their_case AFTER UPDATE OF area_code ON cases_case
    FOR EACH ROW WHEN (NEW.area_code <> OLD.area_code) EXECUTE FUNCTION transport_bookings_follow_their_case();
"""
STAY = """
DROP TRIGGER transport_bookings_follow_their_case ON cases_case;
DROP FUNCTION transport_bookings_follow_their_case();
DROP TRIGGER transport_booking_takes_area ON transport_booking;
DROP FUNCTION transport_booking_takes_area();
"""


def key(**more) -> models.ForeignKey:
    return models.ForeignKey(
        db_column="area_code",
        db_index=False,
        editable=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="areas.area",
        **more,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("areas", "0004_points_invented_for_the_demo"),
        ("cases", "0029_lists_of_a_group_by_an_index_alone"),
        ("transport", "0015_whose_people_are_on_which_trips_by_an_index"),
    ]

    operations = [
        migrations.AddField("booking", "area", key(null=True)),
        migrations.RunSQL(FOLLOW, STAY),  # from here on nobody moves until all is committed
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField("booking", "area", key()),
        migrations.RemoveIndex("booking", "seat_of_case"),
        migrations.AddIndex(
            "booking",
            models.Index(fields=["area"], include=["trip"], name="seat_by_area", condition=Q(released_at=None)),
        ),
    ]
