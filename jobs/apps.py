from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "jobs"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Jobs")

    def ready(self):
        # these register themselves, which needs the loaded models
        from jobs import handlers, invariants, journal_words, panels, sealings, sms  # noqa: F401
