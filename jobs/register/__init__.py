"""What this app contributes to the rooms of others. `apps.py` imports it once the models are loaded."""

from jobs.register import invariants, journal, panels, sealed_columns, sms
