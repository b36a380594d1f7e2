"""What of this app lies sealed: the number a text went to."""

from kit.sealing import rotation
from notifications.models import Message

rotation.register(Message, columns={"phone_cipher": "worker_id"})
