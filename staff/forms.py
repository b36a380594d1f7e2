import re

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from areas.models import Area
from areas.selectors import place_name
from kit.characters import on_one_line
from kit.fields import DayField
from kit.filters import FilterDayField, FilterForm, NumberField, SearchField
from staff.models import Posting, User
from staff.people import EVERYBODY, SERVING
from staff.policies import ranges_managed_by, roles_given_by
from staff.refusals import UsernameTaken
from staff.roles import Role

NAME = re.compile(r"[^\W\d_]+(?:[·' .\-（）()]+[^\W\d_]+)*[.）)]?")


class LoginForm(AuthenticationForm):
    """Says the same for an unknown name, a wrong password and someone deactivated."""

    error_messages = {
        "invalid_login": _("Username and password do not fit together. Both tell capital from small letters."),
        "inactive": _("Username and password do not fit together. Both tell capital from small letters."),
    }


class NamesEveryFault:
    """All that is wrong with a new password at once: Django keeps its rules until both fields are the same."""

    def validate_password_for_user(self, user: User, *_) -> None:
        super().validate_password_for_user(user, "new_password1")


class FirstPasswordForm(NamesEveryFault, SetPasswordForm):
    pass


class OtherPasswordForm(NamesEveryFault, PasswordChangeForm):
    pass


class CodeField(forms.CharField):
    """Six digits of an app, for a keyboard of numbers."""

    def __init__(self, **more):
        digits = {"inputmode": "numeric", "autocomplete": "one-time-code", "class": "wf-code"}
        super().__init__(label=_("Code of six digits"), max_length=20, widget=forms.TextInput(attrs=digits), **more)


class CodeForm(forms.Form):
    """What the app shows; or, for a phone that is lost, one of the recovery codes."""

    code = CodeField(required=False)
    recovery = forms.CharField(
        label=_("Recovery code"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def clean(self):
        if not self.typed:
            raise ValidationError(_("Type the code."))

    @property
    def typed(self) -> str:
        return self.cleaned_data.get("code") or self.cleaned_data.get("recovery") or ""


class OneCodeForm(forms.Form):
    """Where the app is at hand, or where a recovery code does as well."""

    code = CodeField()


class FactorOffForm(OneCodeForm):
    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class PreferencesForm(forms.Form):
    """A button in the frame sends one of the two, the page of one's own sends either; `auto` is nobody's choice.

    `again` sends the rest of the form on to the page it stood on, for one that a POST had opened.
    """

    AUTO = "auto"
    LANGUAGES = [(AUTO, _("As the browser asks")), *(choice for choice in User.Language.choices if choice[0])]

    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, required=False)
    theme = forms.ChoiceField(label=_("Looks"), choices=User.Theme.choices, required=False)
    again = forms.BooleanField(required=False)

    faces = {
        "theme": {"auto": {"icon": "device-mobile"}, "light": {"icon": "sun"}, "dark": {"icon": "moon"}},
    }

    def chosen(self) -> dict[str, str]:
        """Only what was sent, as the model stores it."""
        sent = {name: self.cleaned_data[name] for name in ("language", "theme") if self.cleaned_data[name]}
        if sent.get("language") == self.AUTO:
            sent["language"] = User.Language.BROWSER
        return sent


class AppointForm(forms.Form):
    """A role in a place. Whether the two go together is for the service to say. Needs `user`, who gives it."""

    role = forms.ChoiceField(label=_("Role"))
    area = forms.IntegerField(label=pgettext_lazy("posting", "Place"), widget=forms.Select)
    starts_on = DayField(label=_("From"))
    ends_on = DayField(label=_("Last day"), required=False)

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["role"].choices = [(role.value, role.label) for role in roles_given_by(user)]

    def clean_area(self) -> Area:
        """Any place they decide on, also one that the select has not shown."""
        area = Area.objects.in_ranges(ranges_managed_by(self.user)).filter(pk=self.cleaned_data["area"]).first()
        if area is None:
            raise ValidationError(_("Choose a place in your area."))
        return area


def is_phone(text: str) -> None:
    """Of an office or a mobile, an extension too; the code of a region is no number to ring back."""
    if not re.fullmatch(r"\+?[(（]?[0-9][0-9 \-()（）]*(?:(?:转|ext\.?|-) ?[0-9]{1,6})?", text, re.IGNORECASE):
        raise ValidationError(_("This is no phone number."))
    if not 5 <= len(re.sub(r"[^0-9]", "", text)) <= 18:
        raise ValidationError(_("A phone number has 5 to 18 digits."))


def is_persons_name(text: str) -> None:
    """In letters or characters: it stands on papers and in texts."""
    if not NAME.fullmatch(text):
        raise ValidationError(_("Write the name in letters or characters, without digits."))


class NameField(forms.CharField):
    """Without marks that nobody sees, inside or at the ends."""

    default_validators = [is_persons_name]

    def to_python(self, value) -> str:
        return on_one_line(super().to_python(value))


class NamedForm(forms.Form):
    """Who a colleague is, as texts and papers say it."""

    display_name = NameField(label=_("Name"), max_length=40)
    phone = forms.CharField(
        label=_("Work phone"),
        max_length=20,
        required=False,
        validators=[is_phone],
        help_text=_("Stands in texts and on manifests, so that people can ring back."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )


class NewColleagueForm(AppointForm, NamedForm):
    """An account, and the posting somebody comes for."""

    username = forms.CharField(
        label=_("User name"),
        max_length=40,
        validators=[UnicodeUsernameValidator()],
        help_text=_("For signing in: letters and digits, such as the name in pinyin."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    ends_on = None

    def clean_username(self) -> str:
        """Two names that differ in capitals alone would be one to whoever hears them."""
        username = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exists():
            raise ValidationError([UsernameTaken.message, UsernameTaken.way_out])
        return username


class EndForm(forms.Form):
    """A last day that `is_set` may be left empty: then the posting goes on without one."""

    ends_on = DayField(label=_("Last day"))

    def __init__(self, *args, is_set: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["ends_on"].required = not is_set
        self.fields["ends_on"].widget.attrs["class"] = "form-control"


class HandOverForm(forms.Form):
    """Who takes what somebody has in hand; "" is whoever serves there. Needs the colleagues to choose from."""

    successor = forms.TypedChoiceField(label=_("Who takes it?"), coerce=int, required=False, empty_value=None)

    def __init__(self, *args, successors: list[Posting], **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {posting.user_id: posting.user for posting in successors}
        named = [(posting.user_id, self.words_of(posting)) for posting in successors]
        self.fields["successor"].choices = [("", _("Whoever serves each place; what is left, I")), *named]

    @staticmethod
    def words_of(posting: Posting) -> str:
        return f"{posting.user} · {posting.get_role_display()} · {place_name(posting.area_id)}"

    @property
    def chosen(self) -> User | None:
        return self.people.get(self.cleaned_data["successor"])


class DayFilter(FilterForm):
    day = FilterDayField(label=_("Day"))


class ColleagueFilter(FilterForm):
    names = {"area_code": "area", "text": "q"}

    area_code = NumberField()
    role = forms.ChoiceField(
        label=_("Role"), required=False, choices=[("", pgettext_lazy("roles", "Any")), *Role.choices]
    )
    who = forms.ChoiceField(
        label=pgettext_lazy("filter of colleagues", "Who"),
        required=False,
        choices=[(SERVING, _("Serving, now or soon")), (EVERYBODY, _("Also those who left"))],
    )
    text = SearchField(longest=40)
