"""What a view is wrapped in: signed in, and in one of the roles."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required

from staff import policies


def staff_required(*roles: str) -> Callable:
    """Someone signed in, in one of the roles if any are named: `@staff_required(Role.SUPERVISOR)`.

    Nobody signed in is sent to the login page; the wrong role raises NotAllowed, which becomes the 403 page.
    """

    def guard(view: Callable) -> Callable:
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if roles:
                policies.check_has_role(request.user, *roles)
            return view(request, *args, **kwargs)

        return login_required(guarded)

    return guard
