"""What fairs add to the case page."""

from django.utils.translation import gettext_lazy as _

from cases.panels import register, register_action
from fairs.policies import REFERRERS

register("fairs", "fairs:panel", _("Job fairs"), "building-store", order=30)
register_action("refer", "fairs:refer", _("Refer to a fair"), REFERRERS, order=20)
