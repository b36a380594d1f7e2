"""The words of choices, for rows of lists.

For every word it says, Django hashes all those of the field, each translated: on a list of fifty rows that took longer
than asking the database for them. Like `kit.sql` it stands in for something inside Django.
"""

from functools import cache

from django.db.models import Field
from django.utils.encoding import force_str


class QuickLabels:
    """Mixed into a model: `get_state_display` and its like say the same as ever."""

    def _get_FIELD_display(self, field: Field):
        value = getattr(self, field.attname)
        return force_str(_words_of(field).get(value, value), strings_only=True)


@cache
def _words_of(field: Field) -> dict:
    """Lazy ones, which are translated when they are said."""
    return dict(field.flatchoices)
