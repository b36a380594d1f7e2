"""What of this app lies sealed: numbers of people, and rosters that wait to be saved."""

from kit.sealing import rotation
from workers.models import RosterChunk, RosterUpload, Worker

rotation.register(Worker, columns={"id_number_cipher": "id", "phone_cipher": "id"})
rotation.register(RosterUpload, columns={"content_cipher": "digest"}, at_once=1)
rotation.register(
    RosterChunk, columns={"content_cipher": "id", "outline_cipher": "id", "judged_cipher": "id"}, at_once=1
)
