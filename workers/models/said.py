from django.db import models
from django.utils.translation import gettext_lazy as _

from workers.models.person import Worker


class SaidOn(models.Model):
    """The day on which each fact was said that a list may say too: the newest, whether it changed anything or not.

    Written by `workers.services.said_on` alone. Nobody of whom nothing was said with a day has a row: it stands beside
    the worker, because a roster that says the same again would otherwise rewrite the whole record and its indexes.
    `phone_listed_at` is when a list put the number there that stands; None when a person did. `household` is the day
    for the household and the place in it, `household_listed` says that a list put them there.
    """

    # no constraint: who leaves the register leaves it with this row, and to check it costs more than the row
    worker = models.OneToOneField(
        Worker, models.PROTECT, primary_key=True, db_constraint=False, related_name="said_on", verbose_name=_("worker")
    )
    phone = models.DateField(_("phone"), null=True)
    area = models.DateField(_("village"), null=True)
    group_no = models.DateField(_("villagers' group"), null=True)
    industry = models.DateField(_("industry"), null=True)
    wish_willing = models.DateField(_("wish to work"), null=True)
    wish_place = models.DateField(_("wished place"), null=True)
    wish_wage = models.DateField(_("wished wage"), null=True)
    household = models.DateField(_("household"), null=True)
    household_listed = models.BooleanField(_("household from a list"), default=False, db_default=False)
    phone_listed_at = models.DateTimeField(_("number from a list since"), null=True)

    class Meta:
        verbose_name = _("days on which facts were said")
        verbose_name_plural = _("days on which facts were said")

    def __str__(self):
        return str(self.worker_id)
