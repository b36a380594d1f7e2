"""The lock files pin by content, not by place: hashes for every package, and no registry's address in either."""

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    faults = [*python_faults((ROOT / "requirements.lock").read_text()), *npm_faults(ROOT / "package-lock.json")]
    for fault in faults:
        print(fault, file=sys.stderr)
    if not faults:
        print("Lock files: hashed, no addresses")
    return 1 if faults else 0


def python_faults(text: str) -> list[str]:
    addresses = re.findall(r"^.*(?:https?://|--index|--extra-index|--trusted-host|--find-links).*$", text, re.MULTILINE)
    pins = re.findall(r"^([\w.\-\[\]]+==\S+)(.*(?:\n    .*)*)", text, re.MULTILINE)
    unhashed = [pin for pin, rest in pins if "--hash=sha256:" not in rest]
    return [f"requirements.lock names an address: {line}" for line in addresses] + [
        f"requirements.lock has no hash for {pin}" for pin in unhashed
    ]


def npm_faults(path: Path) -> list[str]:
    packages = json.loads(path.read_text())["packages"]
    installed = {name: package for name, package in packages.items() if name}
    addresses = [
        f"{path.name} names an address for {name}" for name, package in installed.items() if "resolved" in package
    ]
    missing = [
        f"{path.name} has no hash for {name}" for name, package in installed.items() if "integrity" not in package
    ]
    return addresses + missing


if __name__ == "__main__":
    sys.exit(main())
