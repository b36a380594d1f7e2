"""The pages of a fair: for its organiser at a desk, for whoever stands at the door, for the cadre of one case."""
