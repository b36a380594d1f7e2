"""What people enter about fairs, checked field by field before a service sees it."""

from fairs.forms.confirming import ConfirmForm
from fairs.forms.inviting import BatchFilter, WhichFairForm
from fairs.forms.people import (
    CallForm,
    CheckInForm,
    LiveFilter,
    NewcomerForm,
    PeopleFilter,
    ReferForm,
    ResultForm,
    RowResultForm,
    WalkInForm,
)
from fairs.forms.planning import BoothForm, CancelForm, FairForm, FinishForm, LicenceForm, OfferForm
