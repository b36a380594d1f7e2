from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import staticfiles_storage


def not_collected() -> list[str]:
    """Names of the files that pages ask for and that `collectstatic` has not been run for; their pages would fail."""
    if settings.SERVES_SOURCES:
        return []
    wanted = (name for finder in get_finders() for name, _ in finder.list([]))
    return sorted(name for name in wanted if name not in staticfiles_storage.hashed_files)
