"""What of this app lies sealed: numbers of people, and rosters that wait to be saved."""

from workers import crypto, rotation
from workers.models import RosterUpload, Worker

rotation.register(Worker, columns={"id_number_cipher": crypto.ID_NUMBER, "phone_cipher": crypto.PHONE})
rotation.register(RosterUpload, columns={"content_cipher": RosterUpload.SEALED_FOR}, at_once=1)
