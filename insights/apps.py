from importlib.util import find_spec

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InsightsConfig(AppConfig):
    name = "insights"
    verbose_name = _("Insights")

    def ready(self):
        if find_spec("insights.handlers"):
            from insights import handlers  # noqa: F401  receivers connect once the registry is full
