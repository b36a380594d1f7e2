"""What people enter about jobs, checked field by field before a service sees it."""

from jobs.forms.keeping import EmployerForm, HoldForm, VacancyFilter, VacancyForm
from jobs.forms.letters import IssueForm, PrintForm, ReceiptForm, RevokeForm
from jobs.forms.placing import EndForm, IntroduceForm, PlacementForm, ResultForm
