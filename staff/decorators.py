"""What a view is wrapped in."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required

from staff.models import User


def staff_required(check: Callable[[User], None]) -> Callable:
    """Someone signed in whom the policy lets pass: `@staff_required(policies.check_can_keep_vacancies)`.

    Nobody signed in is sent to the login page; NotAllowed becomes the 403 page.
    """

    def guard(view: Callable) -> Callable:
        @wraps(view)
        def guarded(request, *args, **kwargs):
            check(request.user)
            return view(request, *args, **kwargs)

        return login_required(guarded)

    return guard
