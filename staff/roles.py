"""The ten kinds of posting, and every set of them that a rule speaks of: each stands here once."""

from django.db import models
from django.utils.translation import pgettext_lazy

from areas.ranges import Level


class Role(models.TextChoices):
    VILLAGE_CADRE = "village_cadre", pgettext_lazy("role", "Village cadre")
    TOWNSHIP_CADRE = "township_cadre", pgettext_lazy("role", "Township cadre")
    SUPERVISOR = "supervisor", pgettext_lazy("role", "Supervisor")
    FAIR_ORGANISER = "fair_organiser", pgettext_lazy("role", "Fair organiser")
    TRANSPORT_ORGANISER = "transport_organiser", pgettext_lazy("role", "Transport organiser")
    RIGHTS_OFFICER = "rights_officer", pgettext_lazy("role", "Rights officer")
    AUDITOR = "auditor", pgettext_lazy("role", "Auditor")
    ADMINISTRATOR = "administrator", pgettext_lazy("role", "Administrator")
    SYSTEM_ADMINISTRATOR = "system_admin", pgettext_lazy("role", "System administrator")
    SECURITY_ADMINISTRATOR = "security_admin", pgettext_lazy("role", "Security administrator")


CADRES = frozenset({Role.VILLAGE_CADRE, Role.TOWNSHIP_CADRE})
CASEWORKERS = CADRES | {Role.SUPERVISOR}
ABOVE_VILLAGE = CASEWORKERS - {Role.VILLAGE_CADRE}
OVERSEERS = frozenset({Role.SUPERVISOR, Role.AUDITOR})
ORGANISERS = frozenset({Role.FAIR_ORGANISER, Role.TRANSPORT_ORGANISER})

# Of system and accounts together: as it was before the two were parted, and as it stays where they are not yet.
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR, Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR})
# Who looks after the system does not look into people's records.
RECORD_READERS = frozenset(Role) - ADMINISTRATORS
# A full ID number goes on letters, sealed manifests and hand-overs: only those who make them may unmask one.
ID_READERS = ABOVE_VILLAGE | {Role.TRANSPORT_ORGANISER, Role.RIGHTS_OFFICER}
# A fair or a bus moves cases too.
CASE_MOVERS = CASEWORKERS | ORGANISERS
# Whoever serves workers: they ring them up, and a supervisor decides who they are.
FRONT_LINE = CASE_MOVERS | {Role.RIGHTS_OFFICER}

PLACERS = CASEWORKERS | {Role.FAIR_ORGANISER}
VACANCY_KEEPERS = ABOVE_VILLAGE | {Role.FAIR_ORGANISER}
EMPLOYER_HOLDERS = frozenset({Role.SUPERVISOR, Role.RIGHTS_OFFICER})
FAIR_RUNNERS = frozenset({Role.FAIR_ORGANISER, Role.SUPERVISOR})
FAIR_READERS = PLACERS | {Role.AUDITOR}
TRIP_RUNNERS = frozenset({Role.TRANSPORT_ORGANISER})
# A leader carries the sealed manifest: a trip passes only to who may see whole ID numbers.
TRIP_LEADERS = ABOVE_VILLAGE | TRIP_RUNNERS
TRIP_WATCHERS = OVERSEERS | TRIP_RUNNERS
TRIP_READERS = CASEWORKERS | TRIP_WATCHERS
BOOKERS = CASEWORKERS | TRIP_RUNNERS
TEXT_SENDERS = ABOVE_VILLAGE | ORGANISERS
TEXT_READERS = TEXT_SENDERS | {Role.AUDITOR}

# Time limits and holidays, for everybody; and the machine itself.
SETTINGS_KEEPERS = frozenset({Role.ADMINISTRATOR, Role.SYSTEM_ADMINISTRATOR})
SETTINGS_READERS = SETTINGS_KEEPERS | OVERSEERS

# A cadre sees every record of the place: a village's in a village, a township's in a township, and nowhere wider.
HELD_AT = {Role.VILLAGE_CADRE: Level.VILLAGE, Role.TOWNSHIP_CADRE: Level.TOWNSHIP}

# Who decides who serves, and in which roles: never one that stands above their own.
GIVES = {
    Role.SUPERVISOR: FRONT_LINE,
    Role.ADMINISTRATOR: frozenset(Role),
    Role.SECURITY_ADMINISTRATOR: frozenset(Role),
}

# Who watches administrators is none, where they are: a trigger holds it (migration 0012).
WATCHES_ADMINISTRATORS = frozenset({Role.AUDITOR})
