from django.apps import AppConfig


class WayfareConfig(AppConfig):
    name = "config"
    verbose_name = "Wayfare"
