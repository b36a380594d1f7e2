"""What this app contributes to the rooms of others. `apps.py` imports it once the models are loaded."""

from workers.register import in_hand, invariants, journal, sealed_columns
