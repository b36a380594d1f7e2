from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kit.fields import OnceField
from kit.filters import FilterForm
from kit.refusals import Refusal
from notifications import rewording, selectors
from notifications.choices import CHINESE, ENGLISH
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


class WordingForm(forms.Form):
    """Both languages of a text. `seen` is the key of the wording that was shown; empty for the first one."""

    zh = forms.CharField(
        label=_("In Chinese"), max_length=500, widget=forms.Textarea(attrs={"rows": 5, "lang": "zh-Hans"})
    )
    en = forms.CharField(label=_("In English"), max_length=900, widget=forms.Textarea(attrs={"rows": 5, "lang": "en"}))
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, key: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.key = key

    def clean_zh(self) -> str:
        return self._checked("zh", CHINESE)

    def clean_en(self) -> str:
        return self._checked("en", ENGLISH)

    def _checked(self, name: str, language: str) -> str:
        """On one line: a line break would split the text on some phones."""
        text = " ".join(self.cleaned_data[name].split())
        try:
            rewording.check_wording(self.key, text, language)
        except Refusal as refusal:
            raise forms.ValidationError([str(refusal), str(refusal.way_out)]) from refusal
        return text


class TwilioReportForm(forms.Form):
    """Names as Twilio sends them. `ErrorCode` is None where nothing failed."""

    MessageSid = forms.CharField(max_length=64, required=False)
    MessageStatus = forms.CharField(max_length=40, required=False)
    ErrorCode = forms.IntegerField(min_value=0, max_value=999_999_999, required=False)


class TwilioReplyForm(forms.Form):
    MessageSid = forms.CharField(max_length=64, required=False)
    From = forms.CharField(max_length=40, required=False)
    Body = forms.CharField(strip=False, required=False)
    OptOutType = forms.CharField(max_length=20, required=False)
