"""Addresses of this app."""

from django.urls import reverse

# What each address needs, in its order, and whether it changes something and so takes POST alone.
NEEDS = {
    "list": ((), False),
    "list_xlsx": ((), False),
    "people_xlsx": (("fair",), False),
    "booths_xlsx": (("fair",), False),
    "add": ((), False),
    "fair": (("fair",), False),
    "edit": (("fair",), False),
    "licence": (("fair",), False),
    "licence_pdf": (("fair",), False),
    "open": (("fair",), True),
    "start": (("fair",), True),
    "finish": (("fair",), False),
    "cancel": (("fair",), False),
    "call": (("fair",), True),
    "booths": (("fair",), False),
    "remove_booth": (("fair", "booth"), True),
    "booth_results": (("fair", "booth"), False),
    "offer": (("fair", "booth"), True),
    "withdraw_offer": (("fair", "offer"), True),
    "check_in": (("fair",), False),
    "walk_in": (("fair",), True),
    "newcomer": (("fair",), True),
    "live": (("fair",), False),
    "people": (("fair",), False),
    "slips_pdf": (("fair", "part"), False),
    "choose_people": (("fair",), False),
    "stop_choosing": (("fair",), True),
    "refer_many": ((), True),
    "refer_chosen": (("selection",), False),
    "batch": (("batch",), False),
    "take_back_batch": (("batch",), True),
    "result": (("referral",), False),
    "undo_result": (("referral",), True),
    "undo_referral": (("referral",), True),
    "undo_check_in": (("referral",), True),
    "referral": (("referral",), False),
    "slip_pdf": (("referral",), False),
    "refer": (("case",), False),
    "case_result": (("case",), False),
    "panel": (("case",), False),
}


def url_of(name: str, *args) -> str:
    return reverse(f"fairs:{name}", args=args)


def visit(client, name: str, keys: dict[str, int]):
    needed, takes_post = NEEDS[name]
    url = url_of(name, *(keys[key] for key in needed))
    return client.post(url) if takes_post else client.get(url)
