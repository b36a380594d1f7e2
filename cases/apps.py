from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = _("Casework")

    def ready(self):
        from cases import handlers, register  # noqa: F401  they register themselves, which needs the loaded models
