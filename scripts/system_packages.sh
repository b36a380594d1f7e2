#!/usr/bin/env bash
# Install, with apt and only when missing, what a wheel cannot bring: Pango for the letters, Chinese fonts, gettext,
# Node's package manager; with `--tests` also a browser (Chromium without windows, or the whole of it where that is
# all there is), and poppler to turn papers into pictures.
set -euo pipefail

wanted=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-noto-cjk gettext)
if [ "${1:-}" = "--tests" ]; then wanted+=(poppler-utils); fi

missing=()
for package in "${wanted[@]}"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
command -v npm >/dev/null || missing+=(nodejs npm)
python=$(bash scripts/find_python.sh)
"$python" -c 'import ensurepip, venv' 2>/dev/null || missing+=("$(basename "$(readlink -f "$python")")-venv")

browser=
if [ "${1:-}" = "--tests" ] && [ -z "${CHROMIUM:-}" ]; then
    command -v chromium-headless-shell >/dev/null || browser=chromium-headless-shell
fi

if [ ${#missing[@]} -eq 0 ] && [ -z "$browser" ]; then exit 0; fi
echo "Installing with apt: ${missing[*]} $browser"
if [ "$(id -u)" -eq 0 ]; then as_root=(); else as_root=(sudo); fi
get() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null; }

"${as_root[@]}" apt-get update -qq || command -v chromium >/dev/null
[ ${#missing[@]} -eq 0 ] || get "${missing[@]}"
[ -z "$browser" ] || get "$browser" || command -v chromium >/dev/null || get chromium
