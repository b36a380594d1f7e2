"""What `manage.py check --deploy --database default` says of administrators who are not parted yet."""

from django.core import checks
from django.utils import timezone

from kit.days import local_day
from staff.models import Posting
from staff.roles import Role

UNPARTED = "staff.W001"


@checks.register(checks.Tags.database, deploy=True)
def administrators_are_parted(databases=None, **_kwargs) -> list[checks.CheckMessage]:
    """Asked of the database, and only where it is named; a posting to come counts too."""
    if not databases:
        return []
    held = Posting.objects.not_over(local_day(timezone.now())).in_role(Role.ADMINISTRATOR).filter(user__is_active=True)
    names = sorted({posting.user.username for posting in held.select_related("user")})
    if not names:
        return []
    words = f"System and accounts are still in one hand: {', '.join(names)}."
    hint = "Give one colleague the role system_admin and another security_admin, then end the role administrator."
    return [checks.Warning(words, hint=hint, id=UNPARTED)]
