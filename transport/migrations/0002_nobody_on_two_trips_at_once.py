from django.db import migrations

# A seat or stop of another trip cannot be booked, and a booking's copy of the times is the trip's: when the trip is
# put off, the database carries the change over.
SAME_TRIP = """
ALTER TABLE transport_booking
    ADD CONSTRAINT booking_seat_of_its_trip
        FOREIGN KEY (trip_id, seat_id) REFERENCES transport_seat (trip_id, id),
    ADD CONSTRAINT booking_pickup_of_its_trip
        FOREIGN KEY (trip_id, pickup_id) REFERENCES transport_stop (trip_id, id),
    ADD CONSTRAINT booking_dropoff_of_its_trip
        FOREIGN KEY (trip_id, dropoff_id) REFERENCES transport_stop (trip_id, id),
    ADD CONSTRAINT booking_times_of_its_trip
        FOREIGN KEY (trip_id, departs_at, arrives_at) REFERENCES transport_trip (id, departs_at, arrives_at)
        ON UPDATE CASCADE;
"""
FREE_SAME_TRIP = """
ALTER TABLE transport_booking
    DROP CONSTRAINT booking_seat_of_its_trip,
    DROP CONSTRAINT booking_pickup_of_its_trip,
    DROP CONSTRAINT booking_dropoff_of_its_trip,
    DROP CONSTRAINT booking_times_of_its_trip;
"""

# The usual way (worker WITH =, tstzrange WITH &&) needs the extension btree_gist, which the embedded PostgreSQL does
# not ship. A range of integers has its own GiST support: give each worker a lane of ten thousand million seconds,
# lay the trip into it, and no two may overlap. The lanes last until the year 2286.
LANE = """
CREATE FUNCTION wayfare_travel_lane(worker bigint, departs timestamptz, arrives timestamptz)
RETURNS int8range LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT int8range(
        worker * 10000000000 + floor(extract(epoch FROM departs AT TIME ZONE 'UTC'))::bigint,
        worker * 10000000000 + floor(extract(epoch FROM arrives AT TIME ZONE 'UTC'))::bigint
    )
$$;
ALTER TABLE transport_booking
    ADD CONSTRAINT no_two_trips_at_once
        EXCLUDE USING gist (wayfare_travel_lane(worker_id, departs_at, arrives_at) WITH &&)
        WHERE (released_at IS NULL AND arrived_at IS NULL);
"""
DROP_LANE = """
ALTER TABLE transport_booking DROP CONSTRAINT no_two_trips_at_once;
DROP FUNCTION wayfare_travel_lane(bigint, timestamptz, timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = [("transport", "0001_trips_seats_and_bookings")]

    operations = [
        migrations.RunSQL(SAME_TRIP, FREE_SAME_TRIP),
        migrations.RunSQL(LANE, DROP_LANE),
    ]
