"""The nouns of a fair. Split by noun: the day with its booths, and the people sent to it."""

from fairs.choices import FairState, NoMatchReason, Result, Withdrawal
from fairs.models.batch import ReferralBatch
from fairs.models.fair import Booth, BoothVacancy, Fair
from fairs.models.referral import FairReferral, Wish
