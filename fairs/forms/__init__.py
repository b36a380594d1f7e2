"""What people enter about fairs, checked field by field before a service sees it."""

from fairs.forms.people import CallForm, CheckInForm, PeopleFilter, ReferForm, ResultForm, WalkInForm
from fairs.forms.planning import BoothForm, CancelForm, FairForm, LicenceForm, OfferForm
