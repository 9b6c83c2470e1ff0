"""Pages of the documentation as scripts: what they say is done, and what they show can be compared."""

from __future__ import annotations

import re
from collections.abc import Iterable

# What is followed are blocks of the language console, and those whose file is named on the line before.
BLOCK = re.compile(r"^(?:[^\n]*`([^`\n]+)`:\n\n)?```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARK = "-- the next command --"
WHO = {
    f"GIT_{role}_{what}": "me@example.com" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
}
"""Variables that say who commits."""


def steps(text: str) -> tuple[str, list[tuple[str, str]], list[str]]:
    """A script that does what the page says, each command with what it is shown to print, and the blocks that
    are neither commands nor a file with a name. After each command the script prints `MARK`."""
    script, shown, others = ["status=0"], [], []
    for file, language, content in BLOCK.findall(text):
        if file:
            folder = f"mkdir -p $(dirname '{file}')"
            script.append(f"{folder}\ncat > '{file}' <<'END OF FILE'\n{content}END OF FILE")
        elif language != "console":
            others.append(content)
        else:
            for part in re.split(r"^\$ ", content, flags=re.MULTILINE)[1:]:
                command, _, output = part.partition("\n")
                shown.append((command, output))
                script.append(f"(exit $status)\n{command}\nstatus=$?\necho '{MARK}'")
    return "\n".join(script), shown, others


def unchanging(text: str, changes: Iterable[tuple[str, str]]) -> str:
    """`text` without what differs from run to run: each pattern of `changes` with its replacement."""
    for pattern, replacement in changes:
        text = re.sub(pattern, replacement, text)
    return "\n".join(line.rstrip() for line in text.strip().splitlines())
