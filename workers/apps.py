from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkersConfig(AppConfig):
    name = "workers"
    verbose_name = _("Workers")

    def ready(self):
        from workers import checks, sealings, words  # noqa: F401  they register themselves once the models are there
