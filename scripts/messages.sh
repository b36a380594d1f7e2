#!/usr/bin/env bash
# Compile the translations. While locale/zh_Hans/parts/ exists (one catalogue an app), they are merged first.
set -euo pipefail

folder=locale/zh_Hans
if compgen -G "$folder/parts/*.po" >/dev/null; then
    mkdir -p "$folder/LC_MESSAGES"
    merged=$(mktemp "$folder/LC_MESSAGES/.django.XXXXXX")
    msgcat --use-first --sort-output "$folder"/parts/*.po -o "$merged"
    chmod 644 "$merged"
    mv "$merged" "$folder/LC_MESSAGES/django.po"
fi
for catalogue in locale/*/LC_MESSAGES/*.po; do
    [ -e "$catalogue" ] || continue
    compiled=${catalogue%.po}.mo
    [ "$compiled" -nt "$catalogue" ] && continue
    draft=$(mktemp "$compiled.XXXXXX")
    msgfmt --check-format -o "$draft" "$catalogue"
    chmod 644 "$draft"
    mv "$draft" "$compiled"
done
