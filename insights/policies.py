from staff.models import User
from staff.policies import check_has_role
from workers.policies import OPENS_RECORDS

# Aggregates of one's own area, each with the list of names behind it: whoever opens records there.
READERS = OPENS_RECORDS


def check_can_read_overview(user: User) -> None:
    check_has_role(user, *READERS)
