from importlib.util import find_spec

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FairsConfig(AppConfig):
    name = "fairs"
    verbose_name = _("Fairs")

    def ready(self):
        if find_spec("fairs.handlers"):
            from fairs import handlers  # noqa: F401  receivers connect once the registry is full
