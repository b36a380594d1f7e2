"""Parts that several forms share: who, where they live, the job they have."""

from collections.abc import Callable
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from areas.destinations import resolve_destination
from areas.models import Area
from kit.days import local_day
from kit.fields import CountField, NoteField
from kit.refusals import Refusal
from staff.models import User
from staff.roles import CASEWORKERS
from workers import identity
from workers.choices import Sex
from workers.forms import villages
from workers.imports.birth_dates import read_birth_words
from workers.imports.issues import KNOWN
from workers.models import Worker
from workers.refusals import DuplicateIdNumber
from workers.rules import idnumbers, masks

OLDEST_BIRTH = date(1900, 1, 1)
OFFERED = "birth_date_offered"
HIGHEST_WAGE = 200_000


def digits_input(**attrs) -> forms.TextInput:
    """Opens the number keys of a phone, and is never filled in from a browser's memory of other people."""
    return forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", **attrs})


def read_or_refuse(read: Callable, *args):
    """A refusal becomes the error beside the field: the rule, then the way out."""
    try:
        return read(*args)
    except Refusal as refusal:
        raise as_error(refusal) from refusal


def as_error(refusal: Refusal) -> ValidationError:
    return ValidationError(
        [ValidationError(words, code=refusal.code) for words in (refusal.message, refusal.way_out) if words]
    )


def check_no_numbers(text: str) -> None:
    """Raises ValidationError: a form keeps what was typed and says what to take out."""
    if masks.scrub(text) != text:
        raise ValidationError(
            _("There is an ID or phone number in these words, which stay readable to all. Take it out."), code="number"
        )


class WorkerNoteField(NoteField):
    """A note about a worker; refuses numbers of people."""

    default_validators = [check_no_numbers]


class WorkerRemarkField(forms.CharField):
    """The same on one line."""

    default_validators = [check_no_numbers]

    def __init__(self, **kwargs):
        super().__init__(**{"required": False} | kwargs)


class BirthDateField(forms.DateField):
    """Typed as it stands on paper, and read as the cell of a roster is: 19850312, 1985年农历三月十二."""

    def __init__(self, **kwargs):
        widget = forms.DateInput(attrs={"autocomplete": "off", "placeholder": "1985-03-12"}, format="%Y-%m-%d")
        super().__init__(**{"widget": widget} | kwargs)

    def to_python(self, value) -> date | None:
        if value in self.empty_values or isinstance(value, date):
            return value or None
        read = read_birth_words(value, local_day(timezone.now()))
        if read.is_offered:
            raise ValidationError(_("Is this the birth date?"), code=OFFERED, params={"day": read.day})
        if read.issue or not read.day:
            raise ValidationError(KNOWN[read.issue or "birth_unreadable"][1], code=read.issue)
        return read.day


class IdentityFields(forms.Form):
    """Name, ID number or else sex and birth date, phone.

    Beside the number of a permit with letters stands a button `without_number`, which sends the rest without it;
    beside a birth date that was nearly said, a button `born` with the day that was meant.
    """

    WITHOUT_NUMBER, BORN = "without_number", "born"

    name = forms.CharField(label=_("Name"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    id_number = forms.CharField(
        label=_("ID number"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-wf-secret": True}),
    )
    sex = forms.ChoiceField(label=_("Sex"), choices=Sex.choices, required=False, widget=forms.RadioSelect)
    birth_date = BirthDateField(label=_("Birth date"), required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False, widget=digits_input(type="tel"))

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(data if data is None else self._as_pressed(data), *args, **kwargs)

    @property
    def may_go_without_number(self) -> bool:
        """There is nothing to put right: the paper at hand has no number of 18 digits."""
        return self.has_error("id_number", "permit_with_letters")

    @property
    def birth_date_offered(self) -> date | None:
        """The day that was meant, for a person to confirm."""
        told = self.errors.as_data().get("birth_date", ()) if self.is_bound else ()
        return next((error.params["day"] for error in told if error.code == OFFERED), None)

    def clean_name(self) -> str:
        return read_or_refuse(identity.read_name, self.cleaned_data["name"])

    def clean_id_number(self) -> str:
        typed = self.cleaned_data["id_number"].strip()
        return read_or_refuse(identity.read_id_number, typed, local_day(timezone.now())).number if typed else ""

    def clean_phone(self) -> str:
        return read_or_refuse(identity.read_phone, self.cleaned_data["phone"])

    def clean_birth_date(self) -> date | None:
        born = self.cleaned_data["birth_date"]
        if born and not OLDEST_BIRTH <= born <= local_day(timezone.now()):
            raise ValidationError(_("Enter a birth date between 1900 and today."))
        return born

    def _as_pressed(self, data):
        """A number put right in the meantime stays: Enter presses this button, being the first of the form."""
        kept = data.copy()
        if self.WITHOUT_NUMBER in data and idnumbers.is_permit_with_letters(data.get("id_number", "")):
            kept["id_number"] = ""
        if self.BORN in data:
            kept["birth_date"] = data[self.BORN]
        return kept


class HomeFields(forms.Form):
    """Township, then village: narrowed to what the user may register in. Needs `user` at construction."""

    township = forms.TypedChoiceField(label=pgettext_lazy("home", "Township"), coerce=int)
    village = forms.TypedChoiceField(label=pgettext_lazy("home", "Village"), coerce=int, required=False)
    group_no = WorkerRemarkField(label=_("Villagers' group"), max_length=20)

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        townships = villages.townships_in(user.ranges_as(*CASEWORKERS))
        self.fields["township"].choices = townships if len(townships) == 1 else [("", "—"), *townships]
        self.fields["village"].choices = self._villages()

    def _villages(self) -> list[tuple]:
        """Of the township typed, kept or only possible one; the township itself when the village is not known yet."""
        township = self._township()
        if township is None:
            return [("", "—")]
        found = villages.villages_of(township, self.user.ranges_as(*CASEWORKERS))
        serves_it_whole = self.user.has_role_in(township, *CASEWORKERS)
        if len(found) == 1 and not serves_it_whole:
            return found
        unknown = [(township, _("Village not known yet"))] if serves_it_whole else []
        return [("", "—"), *found, *unknown]

    def _township(self) -> int | None:
        typed = self.data.get(self.add_prefix("township")) if self.is_bound else self.get_initial_for_field(
            self.fields["township"], "township"
        )  # fmt: skip
        known = [code for code, _name in self.fields["township"].choices if code]
        if len(known) == 1:
            return known[0]
        return next((code for code in known if str(code) == str(typed)), None)

    def clean(self) -> dict:
        cleaned = super().clean()
        if "township" in cleaned and not cleaned.get("village") and "village" not in self.errors:
            self.add_error("village", _("Choose the village."))
        return cleaned

    @property
    def area(self) -> Area:
        return Area.objects.get(pk=self.cleaned_data["village"])


class JobFields(forms.Form):
    """The job somebody has: asked for when the status says there is one."""

    employer_name = WorkerRemarkField(label=_("Employer"), max_length=80)
    works_in = forms.CharField(
        label=_("Works in"),
        max_length=60,
        required=False,
        help_text=_("City or county, such as Yongkang in Zhejiang, or Jinsha."),
    )
    wage = CountField(
        label=_("Monthly wage, yuan"), min_value=0, max_value=HIGHEST_WAGE, required=False, widget=digits_input()
    )

    def clean_works_in(self) -> Area | None:
        typed = self.cleaned_data["works_in"].strip()
        if not typed:
            return None
        code = resolve_destination(typed)
        if code is None:
            raise ValidationError(_("No such place is known. Write province and city, such as Yongkang in Zhejiang."))
        return Area.objects.get(pk=code)

    def job(self) -> dict:
        names = {"employer_name": "employer_name", "destination": "works_in", "wage": "wage"}
        return {name: self.cleaned_data[field] for name, field in names.items()}


class WorkerForm(IdentityFields, HomeFields):
    """Who and where, with the service's refusals put beside the fields they are about."""

    TARGETS = {
        "duplicate_id_number": "id_number",
        "id_does_not_match": "id_number",
        "under_age": "birth_date",
        "outside_your_area": "village",
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.twin: Worker | None = None

    def refuse(self, refusal: Refusal) -> None:
        """Somebody who has the ID number already becomes `twin` if the user may see them, and stays unsaid if not."""
        if isinstance(refusal, DuplicateIdNumber) and refusal.worker is not None:
            self.twin = Worker.objects.visible_to(self.user).filter(pk=refusal.worker.pk).first()
        target = self.TARGETS.get(refusal.code)
        if target == "birth_date" and self.cleaned_data.get("id_number"):
            target = "id_number"
        self.add_error(target, refusal.message if self.twin else as_error(refusal))
