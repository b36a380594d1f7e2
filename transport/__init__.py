"""How they go: trips, seats, bookings, manifests and boarding."""
