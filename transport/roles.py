"""Who does what with trips; each set of roles has its one name here."""

from staff.roles import CADRES, Role

RUNNERS = frozenset({Role.TRANSPORT_ORGANISER})
WATCHERS = RUNNERS | {Role.SUPERVISOR, Role.AUDITOR}
BOOKERS = CADRES | RUNNERS | {Role.SUPERVISOR}
