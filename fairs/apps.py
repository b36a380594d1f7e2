from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FairsConfig(AppConfig):
    name = "fairs"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Fairs")

    def ready(self):
        # receivers, words, texts and buttons register themselves once the models are loaded
        from fairs import handlers, invariants, journal_words, reasons, screens, sms  # noqa: F401
