from importlib.util import find_spec

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AreasConfig(AppConfig):
    name = "areas"
    verbose_name = _("Areas")

    def ready(self):
        if find_spec("areas.handlers"):
            from areas import handlers  # noqa: F401  receivers connect once the registry is full
