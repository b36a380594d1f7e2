"""Pages for people: one module for each page."""

from workers.views.adding import add, villages
from workers.views.household import household, leave_household
from workers.views.looking import looks_of_colleague
from workers.views.record import report_status, verify, worker
from workers.views.revealing import call, reveal
