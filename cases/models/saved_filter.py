from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SavedFilter(models.Model):
    """A view of the list of cases that somebody has given a name: the filters as an address has them, nothing else."""

    user = models.ForeignKey("staff.User", models.CASCADE, related_name="saved_filters")
    name = models.CharField(_("name"), max_length=30)
    query = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("saved view of the list of cases")
        verbose_name_plural = _("saved views of the list of cases")
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="one_saved_filter_a_name"),
            models.CheckConstraint(condition=~Q(name=""), name="saved_filter_has_a_name"),
        ]

    def __str__(self):
        return self.name
