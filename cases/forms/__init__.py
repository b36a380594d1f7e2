"""What cadres and supervisors fill in. One module a kind of form; import from here."""

from cases.forms.ending import CloseForm
from cases.forms.following_up import FollowUpForm
from cases.forms.handing_over import AssignForm, GiveBackForm, ReassignForm, SelectionForm
from cases.forms.listing import CaseFilter, SaveFilterForm, TodayFilter, WordsForm
from cases.forms.talks import CallForm, VisitForm
