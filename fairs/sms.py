"""The texts a fair sends. The office signs; the words carry no tag and no ID number."""

from django.utils.translation import gettext_lazy as _

from notifications import templates

templates.register(
    "fair_invited",
    title=_("Invitation to a fair"),
    zh="{name}，请于{month}月{day}日{time}到{venue}参加“{fair}”，签到码{code}。免费，带身份证。能来请回复1，不能来回复2。",
    en="{name}, please come to “{fair}” on {day}/{month} at {time}, {venue}. Door code {code}. Free; bring your ID card. Reply 1 if you come, 2 if you cannot.",
)
templates.register(
    "fair_reminder",
    title=_("Reminder of a fair"),
    zh="{name}，“{fair}”明天{time}在{venue}开始，签到码{code}。能来请回复1，不能来回复2，我们再联系您。",
    en="{name}, “{fair}” starts tomorrow at {time}, {venue}. Door code {code}. Reply 1 if you come, 2 if you cannot and we will call.",
)
templates.register(
    "fair_cancelled",
    title=_("Fair cancelled"),
    zh="{name}，{month}月{day}日的“{fair}”取消了，不用来。工作人员会再联系您，推荐别的岗位。",
    en="{name}, “{fair}” on {day}/{month} is cancelled; please do not come. We will call you about other jobs.",
)
