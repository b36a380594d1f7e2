"""What the list says of somebody with a seat: where and when their own stop gathers, not when the trip leaves."""

from django.db import migrations

FORWARD = """
UPDATE cases_workitem AS item
SET reason_data = item.reason_data || jsonb_build_object(
    'gather_at', to_char(stop.gather_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"'), 'place', stop.name
)
FROM transport_booking AS booking JOIN transport_stop AS stop ON stop.id = booking.pickup_id
WHERE item.state = 'open' AND item.reason = 'seat_booked' AND booking.case_id = item.case_id
    AND booking.released_at IS NULL AND booking.arrived_at IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0016_choices_of_many_cases_have_an_address"),
        ("transport", "0013_who_is_left_and_what_the_lists_said"),
    ]

    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
