"""Every installed app brings its own `urls` with whole paths; only their order is said here."""

from importlib.util import find_spec

from django.conf import settings
from django.urls import include, path

from config.views import healthz

handler500 = "config.broken.handler500"
urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("i18n/", include("django.conf.urls.i18n")),
    *[path("", include(f"{app}.urls")) for app in settings.LOCAL_APPS if find_spec(f"{app}.urls")],
]
