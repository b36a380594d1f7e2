#!/usr/bin/env bash
# The journeys and the rules about time on each of the days: test_days.sh JOBS DAY... runs JOBS days at once.
# They share one template database. What a day prints stays together: one line when it is green, everything when not.
set -euo pipefail

jobs=$1
shift
export WAYFARE_TEST_RUN=${WAYFARE_TEST_RUN:-$$}

one_day() {
    local told
    if told=$(WAYFARE_TEST_TODAY=$1 .venv/bin/python -m pytest -q -m clock $FILES 2>&1); then
        echo "$1: $(tail -n 1 <<<"$told")"
    else
        printf '%s\n%s\n' "$1" "$told"
        return 1
    fi
}
export -f one_day
FILES="tests/journeys $(grep -rl 'pytest\.mark\.clock' tests --include='test_*.py' | sort | tr '\n' ' ')"
export FILES

printf '%s\n' "$@" | xargs -P "$jobs" -I{} bash -c 'one_day {}'
