"""What this app contributes to the rooms of others. `apps.py` imports it once the models are loaded."""

from staff.register import parted, sealed_columns
