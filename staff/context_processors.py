from django.urls import reverse

from areas.selectors import place_names
from staff import navigation
from staff.models import User
from staff.roles import Role
from staff.signing_in import alarms


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
        "asked": alarms.asked_in(request.session),
        "nav_items": navigation.rail(user, request.path),
        "phone_nav_items": navigation.thumb_bar(user, request.path),
    }


def places_of(user: User) -> str:
    """The areas of their widest postings; of many, the first two and how many there are."""
    widest = [posting.area for posting in user.current_postings if posting.area.level == user.home_area.level]
    return place_names(widest)


def role_name(user: User) -> str:
    """Of the widest posting; empty for someone without any."""
    return str(Role(user.current_postings[0].role).label) if user.current_postings else ""
