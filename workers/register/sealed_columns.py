"""What of this app lies sealed: numbers of people, and rosters that wait to be saved."""

from workers.models import RosterUpload, Worker
from workers.sealing import crypto, rotation

rotation.register(Worker, columns={"id_number_cipher": crypto.ID_NUMBER, "phone_cipher": crypto.PHONE})
rotation.register(RosterUpload, columns={"content_cipher": RosterUpload.SEALED_FOR}, at_once=1)
