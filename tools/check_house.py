"""Refuses what the house does not allow: a room that includes one that tools/layers.txt does not
grant it, files over 400 lines, sources without an SPDX line."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
MOST_LINES = 400


def read_layers(path):
    allowed = {}
    for line in path.read_text().splitlines():
        room, _, below = line.partition(":")
        unknown = set(below.split()) - set(allowed)
        if unknown:
            sys.exit(f"{path}: {room} names {sorted(unknown)}, which no line above declares")
        allowed[room] = set(below.split())
    return allowed


def check_file(path, allowed):
    name = path.relative_to(ROOT)
    lines = path.read_text().splitlines()
    if len(lines) > MOST_LINES:
        yield f"{name}: has {len(lines)} lines, at most {MOST_LINES} are allowed"
    if not any("SPDX-License-Identifier: Apache-2.0" in line for line in lines[:8]):
        yield f"{name}: its first comment has no SPDX line"
    if name.parts[0] != "ganvas" or len(name.parts) < 3:
        return
    room = name.parts[1]
    if room not in allowed:
        yield f"{name}: the room {room} is not in tools/layers.txt"
        return
    for number, line in enumerate(lines, 1):
        used = re.match(r'\s*#\s*include\s+"(ganvas/)?(\w+)/', line)
        if used and used[2] != room and (not used[1] or used[2] not in allowed[room]):
            yield f"{name}:{number}: {room} may not include {used[2]}"


def main():
    allowed = read_layers(ROOT / "tools" / "layers.txt")
    sources = [
        path
        for folder in ("ganvas", "cli", "tests", "bench", "examples")
        for kind in ("*.h", "*.cpp")
        for path in sorted((ROOT / folder).rglob(kind))
    ]
    complaints = [text for path in sources for text in check_file(path, allowed)]
    print("\n".join(complaints) or f"house: {len(sources)} files, layers and sizes ok")
    sys.exit(bool(complaints))


if __name__ == "__main__":
    main()
