from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from staff.models import User


class LoginForm(AuthenticationForm):
    """Says the same for an unknown name, a wrong password and someone deactivated."""

    error_messages = {
        "invalid_login": _("Username and password do not fit together. Both tell capital from small letters."),
        "inactive": _("Username and password do not fit together. Both tell capital from small letters."),
    }


class PreferencesForm(forms.Form):
    """A button in the frame sends one of the two, the page of one's own sends either; `auto` is nobody's choice."""

    AUTO = "auto"
    LANGUAGES = [(AUTO, _("As the browser asks")), *(choice for choice in User.Language.choices if choice[0])]

    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, required=False)
    theme = forms.ChoiceField(label=_("Looks"), choices=User.Theme.choices, required=False)

    faces = {
        "theme": {"auto": {"icon": "device-mobile"}, "light": {"icon": "sun"}, "dark": {"icon": "moon"}},
    }

    def chosen(self) -> dict[str, str]:
        """Only what was sent, as the model stores it."""
        sent = {name: self.cleaned_data[name] for name in ("language", "theme") if self.cleaned_data[name]}
        if sent.get("language") == self.AUTO:
            sent["language"] = User.Language.BROWSER
        return sent
