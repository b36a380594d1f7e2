"""What this app contributes to the rooms of others. `apps.py` imports it once the models are loaded."""

from notifications.register import invariants, journal, record_page, sealed_columns, settings_log, staying
