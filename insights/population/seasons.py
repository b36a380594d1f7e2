"""What was reported: how things stand with each person now, and who came home and went back in festival seasons."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

from insights.population.copying import own_connection

FESTIVALS = {
    2022: date(2022, 2, 1), 2023: date(2023, 1, 22), 2024: date(2024, 2, 10), 2025: date(2025, 1, 29),
    2026: date(2026, 2, 17), 2027: date(2027, 2, 6), 2028: date(2028, 1, 26), 2029: date(2029, 2, 13),
    2030: date(2030, 2, 3), 2031: date(2031, 1, 23), 2032: date(2032, 2, 11), 2033: date(2033, 1, 31),
}  # fmt: skip
"""The first day of the lunar year."""

COLUMNS = """(worker_id, status, happened_at, entered_at, source, by_id, note, employer_name, destination_code, wage,
    since_on)"""

NOW = f"""
INSERT INTO workers_statusreport {COLUMNS}
SELECT id, status, (status_since + time '09:00') AT TIME ZONE 'Asia/Shanghai',
    (status_since + time '10:00') AT TIME ZONE 'Asia/Shanghai', 'import', NULL, '', '', destination_code, wage, NULL
FROM workers_worker WHERE id >= %(first)s AND id < %(last)s
"""

# 60 to 75 in a hundred come home; 23, 35 and 85 of them are back at work by day 8, 12 and 18, and of the rest
# nothing is known. Each draw is some bits of a hash of the person and the season, so that the same are drawn again.
SEASON = f"""
INSERT INTO workers_statusreport {COLUMNS}
SELECT id, report.status, (report.day + time '12:00') AT TIME ZONE 'Asia/Shanghai',
    (report.day + 1 + time '09:30') AT TIME ZONE 'Asia/Shanghai', report.source, NULL, '', '', report.place,
    report.wage, report.day
FROM workers_worker worker
CROSS JOIN LATERAL (SELECT hashint8extended(worker.id, %(season)s) AS drawn) AS by_chance
CROSS JOIN LATERAL (
    SELECT (drawn & 1023) / 1024.0 AS comes, ((drawn >> 10) & 15)::int AS early,
        ((drawn >> 14) & 1023) / 1024.0 AS back, ((drawn >> 24) & 7)::int AS spread
) AS share
CROSS JOIN LATERAL (VALUES
    ('returned_going_back', %(festival)s::date - 1 - early, 'import', NULL::bigint, NULL::int),
    (worker.status, %(festival)s::date + CASE WHEN back < 0.23 THEN 4 + spread %% 4
        WHEN back < 0.35 THEN 9 + spread %% 4 WHEN back < 0.85 THEN 13 + spread %% 6 END,
        'call', worker.destination_code, worker.wage)
) AS report (status, day, source, place, wage)
WHERE worker.id >= %(first)s AND worker.id < %(last)s
    AND worker.status IN ('employed_outside_province', 'employed_in_province')
    AND comes < 0.60 + %(more)s AND report.day < worker.status_since
"""


def seasons_before(today: date, number: int) -> list[date]:
    """The last festivals, the newest first."""
    return sorted((day for day in FESTIVALS.values() if day <= today), reverse=True)[:number]


def write_reports(*, first: int, last: int, today: date, seasons: int) -> None:
    """Of the people with keys from `first` to before `last`, in two halves side by side."""
    middle = (first + last) // 2
    with ThreadPoolExecutor(2) as pool:
        halves = pool.map(lambda half: _write(*half, seasons_before(today, seasons)), [(first, middle), (middle, last)])
        list(halves)


def _write(first: int, last: int, festivals: list[date]) -> None:
    with own_connection() as link:
        link.execute(NOW, {"first": first, "last": last})
        for festival in festivals:
            more = festival.year * 7 % 4 * 0.05
            asked = {"festival": festival, "season": festival.year, "more": more, "first": first, "last": last}
            link.execute(SEASON, asked)
