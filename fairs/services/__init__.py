"""What an organiser and a cadre do with a fair. One module for each noun; import from here."""

from fairs.services.answers import let_go, take_no, take_placement, take_yes
from fairs.services.booths import add_booth, offer_vacancy, remove_booth, withdraw_offer
from fairs.services.calling import call_the_missing, remind_of
from fairs.services.confirming import booth_of, confirm_booth, link_token
from fairs.services.crowds import TEXTS_AFTER, catch_up, has_many_left
from fairs.services.door import Arrival, check_in, register_newcomer, register_walk_in, undo_check_in
from fairs.services.ending import cancel_fair, finish_fair
from fairs.services.inviting import STANDS, refer_many, standing_of, take_back_batch, verdicts_for
from fairs.services.licence import is_large
from fairs.services.planning import change_fair, open_fair, plan_fair, start_fair
from fairs.services.referring import refer_to_fair, undo_referral, withdraw_referral
from fairs.services.restoring import restore_referral
from fairs.services.results import InterviewResult, check_waits_for_result, record_result, record_results
from fairs.services.undoing import undo_result
