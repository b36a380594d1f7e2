"""What of this app lies sealed: the ID number on a letter, the letter itself, and what proves a placement."""

from jobs.models import Letter, Placement
from kit.sealing import rotation

rotation.register(Letter, columns={"id_number_cipher": "worker_id"}, files=("pdf",), at_once=50)
rotation.register(Placement, files=("evidence_file",), at_once=50)
