from django.utils.translation import gettext_lazy as _

from kit.refusals import Refusal


class NobodyKnowsTheTask(Refusal):
    message = _("This task is no longer part of the product.")
    way_out = _("It is out of date and needs nothing more.")
