"""Who they are: workers, households, what was reported about them, the flags raised, and the journal of it all."""
