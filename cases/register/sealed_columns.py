"""What of this app lies sealed: a number that an entry put aside."""

from cases.models import ContactAttempt
from kit.sealing import rotation

rotation.register(ContactAttempt, columns={"phone_before": "id"})
