from staff.models import User
from workers.policies import check_can_list_records


def check_can_read_overview(user: User) -> None:
    """Every figure opens the list of names behind it: whoever opens records reads them."""
    check_can_list_records(user)
