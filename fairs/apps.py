from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FairsConfig(AppConfig):
    name = "fairs"
    verbose_name = _("Fairs")

    def ready(self):
        from fairs import handlers, register  # noqa: F401  they register themselves, which needs the loaded models
