"""The texts of a worker stand on their record."""

from django.utils.translation import pgettext_lazy

from workers import record_page

record_page.register_panel("notifications:panel", pgettext_lazy("case panel", "Texts"), "message")
