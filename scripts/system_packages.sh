#!/usr/bin/env bash
# Install, with apt and only when missing, what a wheel cannot bring: Pango for the letters, Chinese fonts, gettext,
# Node's package manager; with `--tests` also the browser, and poppler to turn papers into pictures.
set -euo pipefail

wanted=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-noto-cjk gettext)
if [ "${1:-}" = "--tests" ]; then wanted+=(poppler-utils); fi
if [ "${1:-}" = "--tests" ] && [ -z "${CHROMIUM:-}" ]; then wanted+=(chromium); fi

missing=()
for package in "${wanted[@]}"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
command -v npm >/dev/null || missing+=(nodejs npm)
python=$(bash scripts/find_python.sh)
"$python" -c 'import ensurepip, venv' 2>/dev/null || missing+=("$(basename "$(readlink -f "$python")")-venv")

if [ ${#missing[@]} -eq 0 ]; then exit 0; fi
echo "Installing with apt: ${missing[*]}"
if [ "$(id -u)" -eq 0 ]; then as_root=(); else as_root=(sudo); fi
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
