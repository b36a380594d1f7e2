"""What this app contributes to the rooms of others. `apps.py` imports it once the models are loaded."""

from workers.register import invariants, journal, sealed_columns
