#!/usr/bin/env bash
# Compile the translations whose catalogue is newer than what was compiled of it.
set -euo pipefail

draft=
trap 'rm -f "$draft"' EXIT  # a catalogue with a mistake leaves one
for catalogue in locale/*/LC_MESSAGES/*.po; do
    compiled=${catalogue%.po}.mo
    [ "$compiled" -nt "$catalogue" ] && continue
    draft=$(mktemp "$compiled.XXXXXX")
    msgfmt --check-format -o "$draft" "$catalogue"
    chmod 644 "$draft"
    mv "$draft" "$compiled"
done
