"""Refuses what the house does not allow: a room that includes one that tools/layers.txt does not
grant it, what is in another room's private/, grants that nothing uses or that docs/architecture.md does not show, branches on the kind of
task outside its rows, a type that two headers define, functions over 60 lines or six parameters, files
over 400 lines, sources without an SPDX line."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
MOST_LINES = 400
MOST_LINES_OF_FUNCTION = 60
MOST_PARAMETERS = 6


def read_layers(path):
    allowed = {}
    for line in path.read_text().splitlines():
        room, _, below = line.partition(":")
        unknown = set(below.split()) - set(allowed)
        if unknown:
            sys.exit(f"{path}: {room} names {sorted(unknown)}, which no line above declares")
        allowed[room] = set(below.split())
    return allowed


def check_grants(allowed, used):
    for room, below in allowed.items():
        for other in sorted(below - used.get(room, set())):
            yield f"tools/layers.txt: {room} is granted {other}, which it does not include"


def check_table(allowed):
    """The table of rooms that people read is the one that the machine reads."""
    shown = {}
    for line in (ROOT / "docs" / "architecture.md").read_text().splitlines():
        row = re.match(r"\| `(\w+)` \| ([\w ]*) ?\|", line)
        if row and row[1] in allowed:
            shown[row[1]] = set(row[2].split())
    for room, below in allowed.items():
        if shown.get(room) != below:
            yield f"docs/architecture.md: shows {shown.get(room)} for {room}, tools/layers.txt {below}"


def check_task_branches(sources):
    """What differs by the kind of task is said in its row; a method names its own once."""
    for path in sources:
        name = path.relative_to(ROOT)
        if name.parts[0] in ("tests", "bench") or name.parts[:2] == ("ganvas", "tasks"):
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if re.search(r"\bTask::k\w+", line) and "kTask = Task::k" not in line:
                yield f"{name}:{number}: asks for a kind of task outside ganvas/tasks"


def check_types(sources):
    """Two types of one name in one library break the rule of one definition."""
    homes = {}
    for path in sources:
        name = path.relative_to(ROOT)
        if name.parts[0] != "ganvas" or path.suffix != ".h":
            continue
        for line in path.read_text().splitlines():
            defined = re.match(r"(?:struct|class|enum class) (\w+)[^;]*\{", line)
            if defined:
                homes.setdefault(defined[1], []).append(str(name))
    for type_name, files in homes.items():
        if len(files) > 1:
            yield f"{' and '.join(files)}: both define {type_name}"


def check_functions(path):
    """By indentation, which clang-format keeps: a body ends with a brace as deep as its first line."""
    name = path.relative_to(ROOT)
    lines = path.read_text().splitlines()
    for start, line in enumerate(lines):
        head = re.match(r"( *)(?=\w)(?:[\w:<>,&*~\[\]]+ )+[\w:~]+\((.*)$", line)
        if not head or line.lstrip().startswith(("//", "return", "if ", "for ", "while ", "switch ")):
            continue
        end = start
        while end < len(lines) and not lines[end].endswith(("{", ";", "}")):
            end += 1
        if end == len(lines) or not lines[end].endswith(") {") and not lines[end].endswith(
                (") const {", ") override {", ") const override {")):
            continue
        signature = " ".join(part.strip() for part in lines[start:end + 1])
        parameters, before = signature[signature.index("(") + 1:-2], None
        while parameters != before:
            before, parameters = parameters, re.sub(r"<[^<>]*>|\([^()]*\)|\{[^{}]*\}", "", parameters)
        count = parameters.count(",") + 1
        close = end + 1
        while close < len(lines) and lines[close] != head[1] + "}":
            close += 1
        if close - start > MOST_LINES_OF_FUNCTION:
            yield f"{name}:{start + 1}: a function of {close - start} lines, at most {MOST_LINES_OF_FUNCTION}"
        if count > MOST_PARAMETERS:
            yield f"{name}:{start + 1}: {count} parameters, at most {MOST_PARAMETERS} are allowed"


def check_file(path, allowed, includes):
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
        hidden = re.match(r'\s*#\s*include\s+"ganvas/(\w+)/private/', line)
        if hidden and hidden[1] != room:
            yield f"{name}:{number}: {room} may not include what is private to {hidden[1]}"
        used = re.match(r'\s*#\s*include\s+"(ganvas/)?(\w+)/', line)
        if used and used[1]:
            includes.setdefault(room, set()).add(used[2])
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
    includes = {}
    complaints = [text for path in sources for text in check_file(path, allowed, includes)]
    complaints += [text for path in sources for text in check_functions(path)]
    complaints += check_grants(allowed, includes)
    complaints += check_table(allowed)
    complaints += check_task_branches(sources)
    complaints += check_types(sources)
    print("\n".join(complaints) or f"house: {len(sources)} files, layers, sizes, rows and names ok")
    sys.exit(bool(complaints))


if __name__ == "__main__":
    main()
