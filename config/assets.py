"""Web assets from npm, served by staticfiles under names of our own; nothing is copied into the repository."""

from django.conf import settings
from django.contrib.staticfiles.finders import AppDirectoriesFinder, BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

NODE_MODULES = settings.BASE_DIR / "node_modules"
# Only what a page asks for: the packages hold megabytes more.
FILES = {
    "vendor/tabler/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "vendor/htmx/htmx.min.js": "htmx.org/dist/htmx.min.js",
}


class AppFinder(AppDirectoriesFinder):
    """Static files of the installed apps, but for viewflow's: 49 MB for pages nobody here visits."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.storages.pop("viewflow", None)
        self.apps = list(self.storages)


class NpmFinder(BaseFinder):
    """Finds the files above in node_modules."""

    storage = FileSystemStorage(location=NODE_MODULES)

    def find(self, path, find_all=False, **_):
        source = FILES.get(path.replace("\\", "/"))
        found = str(NODE_MODULES / source) if source and (NODE_MODULES / source).exists() else None
        return ([found] if found else []) if find_all else (found or [])

    def list(self, ignore_patterns):
        for name, source in FILES.items():
            if not matches_patterns(name, ignore_patterns):
                yield name, _Renamed(source)

    def check(self, **_):
        return []


class _Renamed(FileSystemStorage):
    """A storage that answers every name with one file, so that collectstatic may call it something else."""

    def __init__(self, source: str):
        super().__init__(location=NODE_MODULES)
        self.source = source

    def path(self, name):
        return super().path(self.source)

    def _open(self, name, mode="rb"):
        return super()._open(self.source, mode)


class HashedStorage(CompressedManifestStaticFilesStorage):
    """Hashed names for ever-cached files. Source maps are not shipped, so their references are left alone."""

    patterns = tuple(
        (glob, tuple(rule for rule in rules if "sourceMappingURL" not in str(rule)))
        for glob, rules in CompressedManifestStaticFilesStorage.patterns
    )
