from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from areas.selectors import place_name
from staff import navigation
from staff.models import User
from staff.roles import Role

AREAS_NAMED = 3


def workplace(request) -> dict:
    """What the frame around every page needs: who, where, which menus, which looks."""
    frame = {"theme": getattr(request, "theme", User.Theme.AUTO), "preferences_url": reverse("staff:preferences")}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return frame
    return frame | {
        "user_id": user.pk,
        "user_name": str(user),
        "role_name": role_name(user),
        "area_name": places_of(user),
        "me_url": reverse("staff:me"),
        "find_url": navigation.url_of("cases:find") if user.has_role_anywhere(*navigation.FIND.roles) else "",
        "nav_items": navigation.rail(user, request.path),
        "phone_nav_items": navigation.thumb_bar(user, request.path),
    }


def places_of(user: User) -> str:
    """The areas of their widest postings; of many, the first two and how many there are."""
    widest = [posting.area for posting in user.current_postings if posting.area.level == user.home_area.level]
    names = [place_name(area) for area in dict.fromkeys(widest)]
    if len(names) <= AREAS_NAMED:
        return pgettext("between places", ", ").join(names)
    words = {"places": pgettext("between places", ", ").join(names[:2]), "n": len(names)}
    return _("%(places)s and more, %(n)s areas in all") % words


def role_name(user: User) -> str:
    """Of the widest posting; empty for someone without any."""
    return str(Role(user.current_postings[0].role).label) if user.current_postings else ""
