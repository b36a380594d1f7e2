from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TransportConfig(AppConfig):
    name = "transport"
    verbose_name = _("Transport")

    def ready(self):
        # receivers, words, texts, buttons and invariants register themselves once the models are loaded
        from transport import handlers, invariants, journal_words, reasons, screens, sms  # noqa: F401
