"""What this app contributes to the rooms of others. `apps.py` imports it once the models are loaded."""

from fairs.register import invariants, journal, panels, reasons, sms
