"""Every installed app brings its own `urls` with whole paths; only their order is said here."""

from importlib.util import find_spec

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from config.views import healthz

admin.site.has_permission = lambda request: request.user.is_active and request.user.is_superuser
admin.site.site_header = admin.site.site_title = "返岗通 Wayfare"

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("settings-admin/", admin.site.urls),
    *[path("", include(f"{app}.urls")) for app in settings.LOCAL_APPS if find_spec(f"{app}.urls")],
]
