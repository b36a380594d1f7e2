from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Messages")

    def ready(self):
        """Doors and registries listen from here on."""
        from notifications import handlers, invariants, journal_words  # noqa: F401 (they register themselves)
