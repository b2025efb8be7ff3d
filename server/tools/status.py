"""Checks `docs/status.md`: every requirement once, a known state, and proofs that exist."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STATES = {"works", "partly", "account", "open", "settled"}
# Numbers are permanent; these were never given to a requirement.
UNUSED = {8, 9, 15, 17, 18, 316, 317, 369, 405, 409}
EXPECTED = [f"R{n}" for n in range(1, 450) if n not in UNUSED] + [f"N{n}" for n in range(1, 38)]
_ROW = re.compile(r"^\| ([RN]\d+) \| (.+?) \| (\w+) \| (.*)\|$")
_PATH = re.compile(r"`((?:server|web|bench|docs|contracts|deploy)/[^`\s]+)`")


def problems() -> list[str]:
    """What is wrong with the table."""
    found: list[str] = []
    seen: list[str] = []
    for line in (ROOT / "docs" / "status.md").read_text().splitlines():
        row = _ROW.match(line)
        if row is None:
            continue
        name, _text, state, note = row.groups()
        seen.append(name)
        if state not in STATES:
            found.append(f"{name}: unknown state {state!r}")
        if state == "works" and not _PATH.search(note):
            found.append(f"{name}: works, but names no proof")
        if state in {"partly", "settled", "account"} and not note.strip():
            found.append(f"{name}: {state}, but the note is empty")
        found += [f"{name}: {path} does not exist" for path in _PATH.findall(note) if not (ROOT / path).exists()]
    found += [f"{name}: missing" for name in EXPECTED if name not in seen]
    found += [f"{name}: listed twice" for name in set(seen) if seen.count(name) > 1]
    return found


def main() -> int:
    """Print what is wrong; 1 when something is."""
    found = problems()
    print("\n".join(found) or "status: ok")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
