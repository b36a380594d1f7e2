"""What of this app lies sealed: the keys of authenticator apps."""

from kit.sealing import rotation
from staff.models import Authenticator

rotation.register(Authenticator, columns={"key_cipher": "user_id"})
