"""The sentences of this app's own journal lines."""

from django.utils.translation import gettext_lazy as _

from areas.selectors import full_name
from workers.choices import Rule, Source, Status, Tag, VerifiedHow
from workers.journal import words

FIELDS = {
    "name": _("name"),
    "sex": _("sex"),
    "birth_date": _("birth date"),
    "id_number": _("ID number"),
    "phone": _("phone"),
    "area": _("village"),
    "registered_area": _("registered village"),
    "household": _("household"),
    "household_role": _("place in the household"),
    "group_no": _("villagers' group"),
    "industry": _("industry"),
    "wish_willing": _("wish to work"),
    "wish_place": _("wished place"),
    "wish_kind": _("wished work"),
    "wish_wage": _("wished wage"),
    "wish_from": _("wished start"),
    "wish_with_spouse": _("wish to go with spouse"),
    "sms_allowed": _("SMS permission"),
    "contact_hours": _("best time to call"),
}


def fields_changed(changed: dict) -> str:
    """Which facts, not their values: those are for the audit view."""
    return str(_(", ")).join(str(FIELDS.get(name, name)) for name in changed)


def rules(names: list[str]) -> str:
    return str(_("; ")).join(str(Rule(name).label) for name in names)


words.register(
    {
        "worker_registered": ("user-plus", _("Put on the register. How known: {source}.")),
        "worker_corrected": ("pencil", _("Record corrected: {changed}.")),
        "name_kept": (
            "user-check",
            _("Another name was given for this ID number; it was decided that this one stands."),
        ),
        "phone_found_wrong": ("phone-x", _("Somebody else answers at {phone}: it is not dialled again.")),
        "phone_right_after_all": ("phone", _("The number is the right one after all.")),
        "worker_verified": ("circle-check", _("Record verified. How: {how}.")),
        "status_reported": ("message-report", _("Status: {status}. How known: {source}.")),
        "older_status_reported": ("message-report", _("Entered late: {status}. How known: {source}.")),
        "worker_flagged": ("flag", _("Flagged: {rule}.")),
        "flags_cleared": ("flag", _("No longer flagged: {rules}.")),
        "flags_restored": ("flag", _("Flagged as before: {rules}.")),
        "tag_set": ("users", _("Now in the group “{tag}”.")),
        "tag_ended": ("users", _("No longer in the group “{tag}”.")),
        "roster_taken_back": ("arrow-back-up", _("What a roster had brought was taken back.")),
        "household_without_work": ("home", _("Nobody in the household has work.")),
        "household_has_work": ("home", _("Somebody in the household has work again.")),
    },
    values={
        "source": words.label(Source),
        "status": words.label(Status),
        "previous": words.label(Status),
        "rule": words.label(Rule),
        "rules": rules,
        "tag": words.label(Tag),
        "how": words.label(VerifiedHow),
        "area": full_name,
        "changed": fields_changed,
    },
)
