from importlib.util import find_spec

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TransportConfig(AppConfig):
    name = "transport"
    verbose_name = _("Transport")

    def ready(self):
        if find_spec("transport.handlers"):
            from transport import handlers  # noqa: F401  receivers connect once the registry is full
