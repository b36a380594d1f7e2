from staff.models.people import AccessLog, Posting, StaffChange, User
from staff.models.settings import SettingChange
from staff.models.signing_in import Authenticator, OpenSession, RecoveryCode, SignIn
