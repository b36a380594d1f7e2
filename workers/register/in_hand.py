"""Rosters that a colleague sent in and nobody has saved: in the end people on them would be forgotten with the file."""

from django.utils.translation import ngettext

from staff.appointing import handing_over
from staff.models import Posting, User
from staff.roles import ABOVE_VILLAGE, Role
from workers.models import RosterUpload


def words(count: int) -> str:
    return ngettext("%(n)d roster not saved yet", "%(n)d rosters not saved yet", count) % {"n": count}


def count(user: User, kept: list[Posting]) -> int:
    return _waiting(user, kept).count()


def hand_on(user, kept, to, by, at) -> int:
    """To who takes rosters where the sender did; their own area decides anew which rows they may save."""
    waiting = list(_waiting(user, kept).select_for_update(no_key=True).order_by("pk"))
    if not waiting:
        return 0
    sent_for = user.postings.in_role(*ABOVE_VILLAGE).order_by("-pk").values_list("area_id", flat=True).first()
    first = [Role.TOWNSHIP_CADRE]
    taker = sent_for and handing_over.taker_in(sent_for, ABOVE_VILLAGE, first=first, but=user, to=to, by=by, at=at)
    if not taker:
        return len(waiting)
    theirs = {bytes(digest) for digest in _files_of(taker)}
    for upload in waiting:
        if bytes(upload.digest) in theirs:  # they sent in the same file
            upload.delete()
        else:
            upload.by, upload.sent_at = taker, at  # they have as long for it as for a file of their own
            upload.save(update_fields=["by", "sent_at"])
    return 0


def _files_of(taker: User):
    return RosterUpload.objects.filter(by=taker, saved_at=None).values_list("digest", flat=True)


def _waiting(user: User, kept: list[Posting]):
    if any(posting.role in ABOVE_VILLAGE for posting in kept):
        return RosterUpload.objects.none()
    return RosterUpload.objects.filter(by=user, saved_at=None).defer("content_cipher")


handing_over.register("rosters", handing_over.Kind(words, count, hand_on, ABOVE_VILLAGE))
