"""What the login machinery tells us."""
