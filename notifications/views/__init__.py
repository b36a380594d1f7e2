from notifications.views.texts import (
    message,
    message_list,
    message_list_xlsx,
    panel,
    replies,
    sandbox_phone,
    send_again,
)
from notifications.views.wordings import back_to_first_wording, wording, wordings
