from staff.views.accesses import accesses, accesses_xlsx
from staff.views.accounts import SetPassword, give_link, new_person, unlock
from staff.views.own import Login, change_password, home, me, page_too_old, preferences
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
