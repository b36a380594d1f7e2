from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "cases"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Casework")

    def ready(self):
        # registers receivers, journal words and invariants, which need the loaded models
        from cases import handlers, invariants, journal_words, record_page, sms  # noqa: F401
