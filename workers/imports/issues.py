"""Every issue a row can have: the verdict it leads to, and the sentence a cadre reads."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from areas.selectors import full_name
from kit import said
from kit.refusals import Refusal
from workers import refusals
from workers.rules import phones

# Gravest first. A row's verdict is that of its gravest issue.
VERDICTS = (
    "reject",
    "duplicate",
    "review",
    "reject_field",
    "warn",
    "update_existing",
    "accept_sanitised",
    "accept_normalised",
    "accept",
)
VERDICT_LABELS = {
    "reject": pgettext_lazy("verdict", "Not accepted"),
    "duplicate": pgettext_lazy("verdict", "Twice in this file"),
    "review": pgettext_lazy("verdict", "To be looked at"),
    "reject_field": pgettext_lazy("verdict", "One field left out"),
    "warn": pgettext_lazy("verdict", "With a warning"),
    "update_existing": pgettext_lazy("verdict", "Already registered"),
    "accept_sanitised": pgettext_lazy("verdict", "Formula made harmless"),
    "accept_normalised": pgettext_lazy("verdict", "Put into the usual form"),
    "accept": pgettext_lazy("verdict", "In order"),
}
NOT_SAVED = frozenset({"reject", "duplicate"})


SPOKEN = {"nearest": lambda code: full_name(int(code)), "why": said.spoken}


@dataclass(frozen=True)
class Issue:
    """`name` is a key of KNOWN; `field` the roster's own heading; `values` fill the {places} of the message.

    They are kept as they are and spoken in the language of the reader: `nearest` is the code of a division, `why` what
    the register or a rule said, in the language of whoever sent the roster.
    """

    name: str
    field: str = ""
    values: tuple[tuple[str, str], ...] = ()

    @property
    def verdict(self) -> str:
        return KNOWN[self.name][0]

    @property
    def reported_as(self) -> str:
        """The report has one word for every formula, wherever it stands."""
        return "formula_injection" if self.name in FORMULAS else self.name

    @property
    def message(self) -> str:
        values = {name: SPOKEN[name](value) if name in SPOKEN else value for name, value in self.values}
        return str(KNOWN[self.name][1]).format(**values)


KNOWN = {
    # not saved
    "name_missing": ("reject", _("There is no name.")),
    "name_invalid": ("reject", _("This is not a person's name.")),
    "name_is_formula": ("reject", _("The name is a formula. Type the name.")),
    "id_missing": ("reject", _("There is no ID number, nor sex and birth date to register the person without one.")),
    "id_is_formula": ("reject", _("The ID number is a formula. Type the number as text.")),
    "id_bad_checksum": ("reject", _("The last character of the ID number does not fit the rest: a digit is mistyped.")),
    "id_bad_length": ("reject", _("The ID number does not have 18 characters.")),
    "id_permit_with_letters": (
        "reject",
        _("A passport or another permit, not of 18 digits. Register without a number: sex and birth date in this row."),
    ),
    "id_bad_char": ("reject", _("There is something other than digits and X in the ID number.")),
    "id_bad_date": ("reject", _("The birth date inside the ID number does not exist.")),
    "id_birth_in_future": ("reject", _("The birth date inside the ID number lies in the future.")),
    "id_implausible_age": ("reject", _("By the ID number the person would be more than 120 years old.")),
    "id_unknown_region": ("reject", _("The first six digits of the ID number are not those of any county.")),
    "id_lost_digits": ("reject", _("The spreadsheet has lost digits of the ID number. Format the column as text.")),
    "under_16": ("reject", _("Under 16: the law does not allow registration for work.")),
    "outside_your_area": ("reject", _("The person lives outside your area.")),
    "not_registered": ("reject", _("The register refused this person: {why}")),
    "two_numbers_added": (
        "reject",
        _("Row {row} gives the same record another ID number; nothing is saved. Take the wrong answer back."),
    ),
    # twice in the file
    "duplicate_exact": ("duplicate", _("The same person as in row {row}.")),
    "duplicate_different_phone": ("duplicate", _("The person of row {row} with another phone; the first was kept.")),
    "two_households": ("duplicate", _("This row puts the person into another household than row {row}, which counts.")),
    "other_row_is_right": ("duplicate", _("Left out: you said that row {row} is right.")),
    "birth_day_missing": ("reject", _("The day is missing in the birth date: month and year are not enough.")),
    "birth_impossible": ("reject", _("There is no such day as the birth date.")),
    "birth_five_digits": (
        "reject",
        _("Five digits are no birth date: write year, month and day, such as 1985-03-12."),
    ),
    "birth_unreadable": ("reject", _("The birth date is not understood.")),
    "birth_in_future": ("reject", _("The birth date lies in the future.")),
    "name_damaged": ("reject", _("A character of the name could not be read; type the name again.")),
    "id_damaged": ("reject", _("A character of the ID number could not be read; type the number again.")),
    # not saved before a person decides
    "birth_lunar": ("review", _("The birth date is by the old calendar; nothing is saved before you confirm the day.")),
    "birth_short_year": ("review", _("The birth year has two digits only; nothing is saved before you confirm it.")),
    "number_has_two_names": ("review", _("Row {row} has the same ID number with another name; neither is saved.")),
    "number_of_another_name": ("review", _("On the register this ID number has another name; nothing is saved.")),
    "perhaps_registered": ("review", _("Somebody like this is on the register already; nothing is saved yet.")),
    "perhaps_in_row": ("review", _("Row {row} may be about the same person; nothing is saved of this one yet.")),
    # saved, to be looked at
    "village_unresolved": ("review", _("The village was not found. Saved under {nearest}; choose the village.")),
    "area_unknown": ("review", _("The address names no place in Bijie; the person was not saved.")),
    "id_legacy_15_digit": ("review", _("15 digits, invalid since 2013. Saved in the 18-digit form; check the card.")),
    "registered_elsewhere": ("review", _("Already on the register outside your area; nothing was changed.")),
    "id_not_given": ("review", _("Saved without an ID number, by name, sex and birth date. Add the number later.")),
    # one field left out
    "cell_damaged": ("reject_field", _("A character of this cell could not be read; the cell was left out.")),
    "phone_invalid": ("reject_field", _("The phone number cannot be called; the person is kept without it. {why}")),
    "phone_landline": ("reject_field", _("A landline gets no SMS; the person is kept without it. Ask for a mobile.")),
    "date_invalid": ("reject_field", _("The date is not understood; today's was taken.")),
    "date_in_future": ("reject_field", _("The date lies in the future; today's was taken.")),
    "wage_invalid": ("reject_field", _("The wage is not one amount in yuan a month; it was left out.")),
    "wish_wage_invalid": ("reject_field", _("The wished wage is not one amount in yuan a month; it was left out.")),
    "destination_unresolved": ("reject_field", _("The place of work was not found; it was left out.")),
    "head_id_unreadable": ("reject_field", _("The ID number of the head is none; it was left out.")),
    "status_unreadable": ("reject_field", _("The work status is not understood; it was left out.")),
    "field_is_formula": ("reject_field", _("The cell holds a formula; the field was left out.")),
    # warnings
    "over_60": ("warn", _("Over 60.")),
    "age_16_17": ("warn", _("16 or 17 years old: only suitable vacancies, and a guardian's contact.")),
    "sex_mismatch": ("warn", _("The sex differs from the ID number; the ID number was believed.")),
    "birth_mismatch": ("warn", _("The birth date differs from the ID number; the ID number was believed.")),
    "private_use_character": ("warn", _("The name has a character of a private font; type it again from the card.")),
    "unprintable_character": ("warn", _("No font here prints {characters}; on paper it would be an empty box.")),
    "number_in_text": ("warn", _("The cell holds an ID or phone number; only its first and last digits were kept.")),
    "wage_very_low": ("warn", _("Very little for a month: by the day, or in thousands? It was kept as written.")),
    "wish_unreadable": ("warn", _("Whether the person wants work is not understood; the words were kept.")),
    "boolean_unreadable": ("warn", _("Neither yes nor no: nothing was taken from this cell.")),
    "relation_unknown": ("warn", _("The relation to the head is not one that is known here: kept as “other”.")),
    "relation_without_head": ("warn", _("A relation, and nothing that says to whose head: no household was recorded.")),
    "two_heads": ("warn", _("Row {row} is the head of this household; this person was kept as another member.")),
    "household_too_large": (
        "warn",
        _("So many rows have this household that it is none; it was left out. Look whether the column is right."),
    ),
    "stray_quote": ("warn", _("A quotation mark in this line has no partner; the line was read as it stands.")),
    "lines_joined": (
        "warn",
        _("Lines {first} to {last} of the file were read as this row; look whether somebody else stands in them."),
    ),
    # on the register already
    "already_registered": ("update_existing", _("Already on the register; what is new was added.")),
    "phone_stands": (
        "update_existing",
        _("Another number stands on the register, at which the worker was reached or which is newer: it was kept."),
    ),
    "newer_stands": ("update_existing", _("Something newer stands on the register: it was kept.")),
    "household_stands": (
        "update_existing",
        _("On the register the worker lives in another household, or is something else in it: that was kept."),
    ),
    "head_stands": (
        "update_existing",
        _("On the register somebody else is head of this household: that was kept."),
    ),
    "name_stands": ("update_existing", _("The name on the register stands, as you said.")),
    "name_taken": ("update_existing", _("The new name is taken, as you said.")),
    "number_added": ("update_existing", _("The ID number is added to the record, as you said.")),
    # saved as text
    "formula_text": ("accept_sanitised", _("The cell looks like a formula; it is kept as plain text.")),
    # written in another way
    "full_width_digits": ("accept_normalised", _("Full-width characters were made half-width.")),
    "lower_case_x": ("accept_normalised", _("The last x of the ID number was made X.")),
    "whitespace": ("accept_normalised", _("Spaces were taken out.")),
    "separators": ("accept_normalised", _("Separators and invisible marks were taken out.")),
    "excel_text": ("accept_normalised", _("The wrapping of a spreadsheet text was taken off.")),
    "excel_float": ("accept_normalised", _("The decimals a spreadsheet had added were taken off.")),
    "phone_numeric_cell": ("accept_normalised", _("The phone number was stored as a number.")),
    "phone_prefix": ("accept_normalised", _("The country code was taken off.")),
    "space_in_name": ("accept_normalised", _("Spaces in the name were taken out.")),
    "middle_dot": ("accept_normalised", _("The dot in the name was given its standard form.")),
    "wage_text": ("accept_normalised", _("The wage was written in words or with separators.")),
    "boolean_variant": ("accept_normalised", _("Yes or no was written in another way.")),
    "date_iso_text": ("accept_normalised", _("The date was stored as text.")),
    "date_format": ("accept_normalised", _("The date was written in another way.")),
    "old_county_name": ("accept_normalised", _("The county's former name was replaced.")),
    "other_spelling": ("accept_normalised", _("The township is written differently in the list of divisions.")),
    "village_kind_differs": ("accept_normalised", _("Village or community: the one that exists was taken.")),
    "township_missing": ("accept_normalised", _("No township was given; one village in the county has this name.")),
    "sex_unreadable": ("accept_normalised", _("The sex was not readable; the ID number was believed.")),
    # accepted as it is, worth knowing
    "rare_character_name": ("accept", _("The name has a rare character or a middle dot; it is kept as written.")),
    "head_in_no_row": ("accept", _("The head of the household stands in no row that is taken in; the others do.")),
    "cell_of_lines": ("accept", _("Lines {first} to {last} of the file are one row: a cell has several lines.")),
    "embedded_comma_quote": ("accept", _("The cell has commas or quotation marks inside.")),
}  # fmt: skip

STANDS = {
    "phone": ("phone_stands", "phone"), "area": ("newer_stands", "address"), "group_no": ("newer_stands", "group"),
    "industry": ("newer_stands", "industry"), "wish_willing": ("newer_stands", "wish"),
    "wish_place": ("newer_stands", "wish"), "wish_wage": ("newer_stands", "wish_wage"),
    "household": ("household_stands", "household"),
}  # fmt: skip
"""Facts of the record that stand against a roster: the issue, and the column that says something else."""

FORMULAS = frozenset({"name_is_formula", "id_is_formula", "field_is_formula", "formula_text"})

said.register(
    each.message
    for module in (refusals, phones)
    for each in vars(module).values()
    if isinstance(each, type) and issubclass(each, Refusal)
)
