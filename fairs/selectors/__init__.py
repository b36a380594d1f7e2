"""What the pages of a fair show. Each function has a fixed number of queries, whatever the fair's size."""

from fairs.selectors.choosing import FairChoice, fairs_for
from fairs.selectors.door import EndedPerson, Newcomer, Stranger, ended_people, listed_people, newcomers, strangers
from fairs.selectors.fair_page import Board, FairPage, board_of, crowded, fair_page, offer_rows, pulse_of
from fairs.selectors.listing import FairList, fair_list
from fairs.selectors.people import (
    Numbers,
    PeopleFilters,
    PeoplePage,
    ReferredPerson,
    entered_today,
    home_of,
    numbers_of,
    people_page,
    person_of,
    waiting_at,
    was_entered_today,
)
