"""Where work is: employers and their vacancies, who was introduced, who was placed, and the letters on paper."""

from jobs.models.employers import Employer, Vacancy
from jobs.models.holds import EmployerHold
from jobs.models.introductions import Introduction
from jobs.models.letters import Letter, LetterCounter
from jobs.models.placements import Placement
