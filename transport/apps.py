from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TransportConfig(AppConfig):
    name = "transport"
    verbose_name = _("Transport")

    def ready(self):
        from transport import handlers, register  # noqa: F401  they register themselves, which needs the loaded models
