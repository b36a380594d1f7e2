"""Templates of the tests' own, registered once for all of them."""

from notifications import templates
from notifications.receiving import questions

NOTE = "test_note"
URGENT = "test_urgent"
MANY = "test_many"
ASK = "test_question"

# of what the questions are about: those that still stand
ASKED: set[int] = set()

templates.register(NOTE, title="Test note", zh="您好，{what}。", en="Hello, {what}.")
templates.register(URGENT, title="Test alarm", zh="请注意：{what}。", en="Attention: {what}.", urgent=True)
templates.register(MANY, title="Test reminder", zh="提醒：{what}。", en="Reminder: {what}.", bulk=True)
templates.register(ASK, title="Test question", zh="{name}您好，来请回复1。", en="{name}, reply 1 if you come.")
questions.register([ASK], lambda ids: ASKED.intersection(ids))
