"""What of this app lies sealed: numbers of people, and rosters that wait to be saved."""

from workers.models import RosterUpload, Worker
from workers.sealing import rotation

rotation.register(Worker, columns={"id_number_cipher": "id", "phone_cipher": "id"})
rotation.register(RosterUpload, columns={"content_cipher": "digest"}, at_once=1)
