"""The texts this app sends, and the sentences it puts on a cadre's list."""

from django.utils.translation import gettext_lazy as _

from cases import reasons
from notifications import templates

templates.register(
    "letter_ready",
    title=_("Letter ready"),
    zh="{name}您好，您的就业推荐信（{serial}）已开具，推荐单位：{employer}，{valid_until}前有效。请到乡镇人社中心领取，不收任何费用。",
    en="{name}, your placement letter ({serial}) for {employer} is ready, valid until {valid_until}. "
    "Fetch it at the township centre. It is free.",
)
templates.register(
    "placed",
    title=_("Placed, congratulations"),
    zh="{name}您好，恭喜您找到工作！单位：{employer}，{start_on}到岗。入职一个月内应签订劳动合同，如有问题请拨打12333。",
    en="{name}, congratulations on your new job at {employer}, starting {start_on}. "
    "You are due a written contract within a month. Questions: 12333.",
)

reasons.register(
    {
        "introduced": _("Introduced directly, please ask the employer for the result"),
        "introduction_not_hired": _("Not hired, please recommend another job"),
        "introduction_no_show": _("Did not report to the employer, please ask why"),
        "employer_deciding": _("The employer is still deciding, please ask again"),
    }
)
