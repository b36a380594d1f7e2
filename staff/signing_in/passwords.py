"""What a password must not be, beyond Django's own rules."""

from django.contrib.auth.password_validation import UserAttributeSimilarityValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SHORTEST_NAME = 2  # characters: 王芳
LEAST_LEFT = 6  # characters beside the name
LEAST_DIFFERENT = 5


class UnlikeThePerson(UserAttributeSimilarityValidator):
    """Neither like the user name, name or phone, nor one of them written twice or with a little beside it."""

    def __init__(self):
        super().__init__(user_attributes=("username", "display_name", "phone"))

    def validate(self, password: str, user=None) -> None:
        super().validate(password, user)
        said = [str(getattr(user, name, "") or "").lower() for name in self.user_attributes]
        names = sorted((name for name in said if len(name) >= SHORTEST_NAME), key=len, reverse=True)
        rest = password.lower()
        for name in names:
            rest = rest.replace(name, "")
        if len(rest) < min(LEAST_LEFT, len(password)):
            words = _("The password is hardly more than your user name, name or phone number.")
            raise ValidationError(words, code="password_too_similar")


class Varied:
    """Not the same few characters over and over."""

    def validate(self, password: str, user=None) -> None:
        if len(set(password)) < LEAST_DIFFERENT or self.is_repeated(password):
            raise ValidationError(_("The password repeats the same few characters."), code="password_repeats")

    @staticmethod
    def is_repeated(password: str) -> bool:
        """`password` is one piece again and again, whole."""
        return password in (password + password)[1:-1]

    def get_help_text(self) -> str:
        return _("Your password can’t be the same few characters over and over.")
