"""The eight kinds of posting, and the sets of them that rules speak of."""

from django.db import models
from django.utils.translation import pgettext_lazy


class Role(models.TextChoices):
    VILLAGE_CADRE = "village_cadre", pgettext_lazy("role", "Village cadre")
    TOWNSHIP_CADRE = "township_cadre", pgettext_lazy("role", "Township cadre")
    SUPERVISOR = "supervisor", pgettext_lazy("role", "Supervisor")
    FAIR_ORGANISER = "fair_organiser", pgettext_lazy("role", "Fair organiser")
    TRANSPORT_ORGANISER = "transport_organiser", pgettext_lazy("role", "Transport organiser")
    RIGHTS_OFFICER = "rights_officer", pgettext_lazy("role", "Rights officer")
    AUDITOR = "auditor", pgettext_lazy("role", "Auditor")
    ADMINISTRATOR = "administrator", pgettext_lazy("role", "Administrator")


CADRES = frozenset({Role.VILLAGE_CADRE, Role.TOWNSHIP_CADRE})
CASEWORKERS = CADRES | {Role.SUPERVISOR}
ORGANISERS = frozenset({Role.FAIR_ORGANISER, Role.TRANSPORT_ORGANISER})

# A full ID number goes on letters, sealed manifests and hand-overs: only those who make them may unmask one.
SEES_FULL_IDS = frozenset({Role.TOWNSHIP_CADRE, Role.SUPERVISOR, Role.TRANSPORT_ORGANISER, Role.RIGHTS_OFFICER})

# Whoever has to ring the worker up.
SEES_PHONES = CADRES | ORGANISERS | {Role.SUPERVISOR, Role.RIGHTS_OFFICER}

# Who decides who serves, and in which roles: never one that stands above their own.
GIVES = {
    Role.SUPERVISOR: CASEWORKERS | ORGANISERS | {Role.RIGHTS_OFFICER},
    Role.ADMINISTRATOR: frozenset(Role),
}
