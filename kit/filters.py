"""Filters of lists: one form reads them from the address of the list, and writes the addresses of the same list."""

from datetime import date
from typing import ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator

from kit.fields import DayField
from kit.pages import address, read_number, typed

EARLIEST = date(1900, 1, 1)


class FilterForm(forms.Form):
    """An empty answer narrows nothing, and a wrong one is ignored: somebody may have typed the address by hand.

    `names` tells what a field is called in the address, where that is not its own name.
    """

    names: ClassVar[dict[str, str]] = {}

    def __init__(self, data, path: str = "", **kwargs):
        super().__init__(data, **kwargs)
        self.path = path

    def add_prefix(self, field_name: str) -> str:
        return self.names.get(field_name, field_name)

    @property
    def chosen(self) -> dict:
        """What narrows the list, by field; 0 is an answer, an empty text or an unticked box is none."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value or type(value) is int}

    @property
    def asked(self) -> dict[str, str]:
        """The same as it stands in the address."""
        named = [self.add_prefix(name) for name in self.chosen]
        return {name: self.data[name] for name in named}

    def url(self, **changes) -> str:
        """The list with some filters changed and the others kept. It begins anew: the key of a page is no filter."""
        return address(self.path, self.asked | changes)

    def download(self, path: str) -> str:
        """The same list elsewhere, such as a file of it."""
        return address(path, self.asked)

    @property
    def after(self) -> str:
        """The key that this page begins after, "" on the first page."""
        return self.data.get("after", "")

    def pages(self, next_after: str | None, **more) -> dict[str, str]:
        """For the pager of a list that is paged by key: there is a way on and a way to the start, but none back."""
        return {
            "next_url": self.url(after=next_after, **more) if next_after else "",
            "first_url": self.url() if self.after else "",
        }


class SearchField(forms.CharField):
    """Words to look for. PostgreSQL refuses NUL; what is too long to be meant is cut."""

    def __init__(self, *, longest: int = 60, **kwargs):
        super().__init__(**{"required": False} | kwargs)
        self.longest = longest

    def to_python(self, value):
        return typed(value)[: self.longest]


class NumberField(forms.IntegerField):
    """The number of a row, in plain digits: int() alone lets ٣ through."""

    def __init__(self, **kwargs):
        super().__init__(**{"required": False} | kwargs)

    def to_python(self, value):
        if value in self.empty_values:
            return None
        number = read_number(value)
        if number is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return number


class FilterDayField(DayField):
    """Years before 1900 are slips of the keyboard."""

    def __init__(self, **kwargs):
        super().__init__(**{"required": False, "validators": [MinValueValidator(EARLIEST)]} | kwargs)


class SearchForm(FilterForm):
    """A list that is narrowed by words only."""

    q = SearchField()

    @property
    def text(self) -> str:
        return self.chosen.get("q", "")
