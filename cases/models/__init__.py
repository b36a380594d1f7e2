from cases.models.case import Case
from cases.models.case_move import CaseMove
from cases.models.clock_rule import ClockRule
from cases.models.contact_attempt import ContactAttempt
from cases.models.follow_up import FollowUp
from cases.models.follow_up_entry import FollowUpEntry
from cases.models.handover import Handover
from cases.models.saved_filter import SavedFilter
from cases.models.selection import Selection
from cases.models.work_item import CaseProcess, WorkItem
