from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "jobs"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Jobs")

    def ready(self):
        from jobs import handlers, register  # noqa: F401  they register themselves, which needs the loaded models
