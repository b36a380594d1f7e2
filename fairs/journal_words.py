"""How the timeline of a case reads a fair's lines."""

from django.utils.translation import gettext_lazy as _

from workers.journal_words import register

register(
    {
        "referred_to_fair": ("users", _("Referred to the fair “{fair}”.")),
        "fair_confirmed": ("message-check", _("Says by SMS: coming to the fair “{fair}”.")),
        "fair_referral_withdrawn": ("calendar-x", _("Taken off the list of the fair “{fair}”.")),
        "checked_in_at_fair": ("scan", _("Came to the fair “{fair}”.")),
        "check_in_undone": ("arrow-back-up", _("Check-in at the fair “{fair}” taken back.")),
        "fair_result_hired": ("circle-check", _("Hired at the fair “{fair}”: {post}.")),
        "fair_result_intent": ("message-circle", _("Intent at the fair “{fair}”: {post}. An intent is not a job.")),
        "fair_result_second_interview": ("calendar-event", _("Second interview after the fair “{fair}”: {post}.")),
        "fair_result_no_match": ("x", _("No match at the fair “{fair}”.")),
        "fair_result_no_show": ("user-off", _("Did not come to the fair “{fair}”.")),
    }
)
