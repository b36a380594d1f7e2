"""Templates of the tests' own, registered once for all of them."""

from notifications import templates

NOTE = "test_note"
URGENT = "test_urgent"
MANY = "test_many"

templates.register(NOTE, title="Test note", zh="您好，{what}。", en="Hello, {what}.")
templates.register(URGENT, title="Test alarm", zh="请注意：{what}。", en="Attention: {what}.", urgent=True)
templates.register(MANY, title="Test reminder", zh="提醒：{what}。", en="Reminder: {what}.", bulk=True)
