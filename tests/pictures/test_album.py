"""No page without a picture: a new address is photographed, or the album says why not."""

import pytest
import time_machine
from django.db import transaction

from tests.one_of_everything import make_one_of_everything
from tests.pictures.album import NOT_SHOWN, PAGES, PAPERS
from tests.staff.factories import BIJIE
from tests.test_every_url import NO_SUCH_METHOD, all_pages, client_of, in_every_role
from tests.workers.factories import NOON

# an address that only takes a press leads to its page
LEADING_ON = (302, NO_SUCH_METHOD)


@pytest.fixture
def everything(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(NOON, tick=False):
        yield make_one_of_everything()


def test_every_page_is_photographed_or_the_album_says_why_not(everything):
    """A page added? Add it to PAGES (or PAPERS, when it is a PDF) of tests/pictures/album.py."""
    client, pages = client_of(in_every_role(BIJIE, everything.sent_by)), list(all_pages())
    readable = {page.name for page in pages if answer_of(client, page, everything) not in LEADING_ON}
    in_album = {picture.view for picture in (*PAGES, *PAPERS)} | NOT_SHOWN.keys()

    forgotten, gone = readable - in_album, in_album - {page.name for page in pages}

    assert (forgotten, gone) == (set(), set())


def answer_of(client, page, everything) -> int:
    """Of the page itself, wherever it leads; whatever it did is taken back."""
    with transaction.atomic():
        status = client.get(page.url(everything.ids)).status_code
        transaction.set_rollback(True)
    return status


def test_no_two_pictures_share_a_name():
    names = [picture.name for picture in (*PAGES, *PAPERS)]

    assert sorted(set(names)) == sorted(names)
