from django.db import models
from django.utils.translation import gettext_lazy as _

from kit.keys import staff_key


class SettingChange(models.Model):
    """Somebody changed what holds for everybody: a time limit, the calendar, the words of a text. Only ever grows.

    `data` holds the facts of its sentence, before and after: rows of settings that are withdrawn are deleted.
    """

    what = models.CharField(_("what"), max_length=24)
    data = models.JSONField(_("data"), default=dict)
    by = staff_key(_("by"), blank=False)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("change of a setting")
        verbose_name_plural = _("changes of settings")
        indexes = [models.Index(fields=["-at", "-id"], name="setting_change_newest")]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.by} {self.what}"
