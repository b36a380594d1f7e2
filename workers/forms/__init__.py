"""What people type about a worker, checked field by field before a service sees it."""

from workers.forms.adding import AddForm
from workers.forms.household import HouseholdForm
from workers.forms.looking import LooksFilter
from workers.forms.reporting import StatusForm
from workers.forms.revealing import RevealForm
from workers.forms.verifying import VerifyForm
