"""What this app contributes to the rooms of others. `apps.py` imports it once the models are loaded."""

from fairs.register import in_hand, invariants, journal, panels, reasons, sms
