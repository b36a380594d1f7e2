from cases.views.audit import audit, flow_chart
from cases.views.case import case
from cases.views.contact import call, follow_up, record_call, record_visit, undo_contact
from cases.views.ending import assign, close, reopen, travel_alone
from cases.views.find import find
from cases.views.listing import case_list, reassign
from cases.views.today import today

__all__ = [
    "assign",
    "audit",
    "call",
    "case",
    "case_list",
    "close",
    "find",
    "flow_chart",
    "follow_up",
    "reassign",
    "record_call",
    "record_visit",
    "reopen",
    "today",
    "travel_alone",
    "undo_contact",
]
