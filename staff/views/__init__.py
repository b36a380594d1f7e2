from staff.views.accesses import accesses, accesses_xlsx
from staff.views.accounts import give_link, new_person, reset_factor, sign_out, unlock
from staff.views.alarms import it_was_me, it_was_not_me, odd_sign_ins
from staff.views.deeds import deeds
from staff.views.own import change_password, home, me, page_too_old, preferences
from staff.views.people import (
    appoint,
    correct,
    deactivate,
    end_appointment,
    people,
    people_xlsx,
    person,
    posting,
    reactivate,
)
from staff.views.second_factor import factor, factor_off, factor_setup, recovery_codes, recovery_codes_anew
from staff.views.sessions import end_other_sessions, end_session, own_sessions
from staff.views.settings_log import changes_of_settings
from staff.views.signing_in import Login, SetPassword, code
