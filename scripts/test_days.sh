#!/usr/bin/env bash
# The rules about time on each of DAYS, and on those of JOURNEY_DAYS the journeys too: test_days.sh JOBS DAYS JOURNEY_DAYS.
# JOBS days run at once, those with journeys, which take longest, first; of a single day JOBS parts.
# They share one template database. What a day prints stays together: one line when it is green, everything when not.
set -euo pipefail

jobs=$1 days=$2
export JOURNEY_DAYS=$3
export WAYFARE_TEST_RUN=${WAYFARE_TEST_RUN:-$$}

one_day() {
    local told files=$RULES
    case " $JOURNEY_DAYS " in *" $1 "*) files="tests/journeys $RULES" ;; esac
    if told=$(WAYFARE_TEST_TODAY=$1 .venv/bin/python -m pytest -q -m clock $PARTS $files 2>&1); then
        echo "$1: $(tail -n 1 <<<"$told")"
    else
        printf '%s\n%s\n' "$1" "$told"
        return 1
    fi
}
export -f one_day
RULES=$(grep -rl 'pytest\.mark\.clock' tests --include='test_*.py' | sort | tr '\n' ' ')
# What stands at a moment of its own cannot lean on today's date, and a running system takes long: left out here.
[ -z "${ONLY_TODAYS:-}" ] || RULES=$(grep -LE 'time_machine|NOON|running_system' $RULES | tr '\n' ' ')
PARTS=$([ "$(wc -w <<<"$days")" -gt 1 ] || echo "-n $jobs --dist loadgroup")
export RULES PARTS

printf '%s\n' $JOURNEY_DAYS $days | awk '!seen[$0]++' | xargs -P "$jobs" -I{} bash -c 'one_day {}'
