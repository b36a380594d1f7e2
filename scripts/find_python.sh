#!/usr/bin/env bash
# Print a Python that Wayfare runs on: 3.11, which the lock file was made with, or another from 3.11 on.
for name in python3.11 python3.12 python3.13 python3; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        command -v "$name"
        exit 0
    fi
done
echo "Wayfare needs Python 3.11 or newer." >&2
exit 1
