"""What of this app lies sealed: the number a text went to."""

from notifications.models import Message
from workers.sealing import rotation

rotation.register(Message, columns={"phone_cipher": "worker_id"})
