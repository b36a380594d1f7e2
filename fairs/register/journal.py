"""How the timeline of a case reads a fair's lines."""

from django.utils.translation import gettext_lazy as _

from fairs.choices import NoMatchReason, Result, Withdrawal
from workers.journal.words import label, register

register(
    {
        "referred_to_fair": ("building-store", _("Referred to the fair {fair}.")),
        "walked_into_fair": ("building-store", _("Came to the fair {fair} without an invitation.")),
        "fair_confirmed": ("message-2", _("Says by text: coming to the fair {fair}.")),
        "fair_referral_withdrawn": ("user-off", _("Taken off the list of the fair {fair}: {why}.")),
        "fair_referral_restored": ("arrow-back-up", _("Back on the list of the fair {fair}.")),
        "checked_in_at_fair": ("scan", _("Checked in at the fair {fair}.")),
        "check_in_undone": ("arrow-back-up", _("Check-in at the fair {fair} taken back.")),
        "fair_result_hired": ("circle-check", _("Hired at the fair {fair}: {post}.")),
        "fair_result_intent": ("message-2", _("Intent at the fair {fair}: {post}. An intent is not a job.")),
        "fair_result_second_interview": ("calendar-event", _("Second interview after the fair {fair}: {post}.")),
        "fair_result_no_match": ("x", _("No match at the fair {fair}: {reason}.")),
        "fair_result_undone": ("arrow-back-up", _("Result at the fair {fair} taken back: {result}.")),
        "fair_result_no_show": ("user-off", _("Did not come to the fair {fair}.")),
    },
    values={"why": label(Withdrawal), "reason": label(NoMatchReason), "result": label(Result)},
)
