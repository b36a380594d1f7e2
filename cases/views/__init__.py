from cases.views.audit import audit, flow_chart
from cases.views.case import case
from cases.views.ending import assign, close, reopen
from cases.views.exporting import case_list_xlsx
from cases.views.following_up import follow_up, follow_up_entry, travel_alone, undo_follow_up, undo_travel_alone
from cases.views.handing_over import give_back, handover, reassign
from cases.views.listing import case_list, drop_filter, find_in_list, save_filter
from cases.views.search import find
from cases.views.settings import change_clock, set_days, settings, take_back_day, withdraw_clock
from cases.views.talks import attempt, call, record_call, record_visit, text_worker, undo_contact
from cases.views.today import done, today
