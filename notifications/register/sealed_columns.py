"""What of this app lies sealed: the number a text went to."""

from notifications.models import Message
from workers.sealing import crypto, rotation

rotation.register(Message, columns={"phone_cipher": crypto.PHONE})
