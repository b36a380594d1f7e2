from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kit.fields import OnceField
from kit.filters import FilterForm
from notifications import selectors
from notifications.models import Message

STUCK = ("stuck", pgettext_lazy("message", "For a person to decide"))
LONGEST_REPLY = 300


class LogFilter(FilterForm):
    state = forms.ChoiceField(label=_("State"), required=False)
    template = forms.ChoiceField(label=_("Text"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [("", _("All")), STUCK, *Message.State.choices]
        self.fields["template"].choices = [("", _("All")), *selectors.template_choices()]


class ReplyForm(forms.Form):
    """What is typed on the sandbox phone. `once` is this reply's name, as a network would give it."""

    body = forms.CharField(
        label=_("Reply"),
        max_length=LONGEST_REPLY,
        error_messages={
            "required": _("Type a reply first."),
            "max_length": _("A reply has at most %(limit_value)d characters."),
        },
    )
    once = OnceField(required=True)
