"""Make docs/demo.svg, the picture in the README, from a real run of migcheck on the example.

Usage: python docs/picture.py
"""

from __future__ import annotations

import fcntl
import io
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

ROOT = Path(__file__).resolve().parent.parent
COMMAND = "migcheck verify --url examples/shop/alembic.ini"
WIDTH = 104


def output() -> str:
    """What a terminal of WIDTH columns shows after COMMAND: without the progress bar that came and went."""
    parent, child = pty.openpty()
    fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 60, WIDTH, 0, 0))
    environment = {**os.environ, "COLUMNS": str(WIDTH), "LINES": "60", "TERM": "xterm-256color"}
    environment.pop("NO_COLOR", None)
    process = subprocess.Popen(
        [sys.executable, "-m", *COMMAND.split()],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=child,
        stderr=subprocess.DEVNULL,
        env={**environment, "FORCE_COLOR": "1"},
    )
    os.close(child)
    written = b""
    while True:
        try:
            chunk = os.read(parent, 65536)
        except OSError:  # Linux: the other end is closed
            break
        if not chunk:
            break
        written += chunk
    os.close(parent)
    if process.wait() != 1:
        raise SystemExit(f"expected findings (exit code 1), got {process.returncode}:\n{written.decode()}")
    return re.sub(r"\x1b\[[0-9;?]*[A-LN-Za-ln-z]", "", written.decode()).replace("\r\n", "\n")


def main() -> None:
    """Write docs/demo.svg."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Text.assemble(("$ ", "bold green"), COMMAND))
    console.print(Text.from_ansi(output()))
    svg = console.export_svg(title="migcheck", theme=MONOKAI, unique_id="migcheck-demo")
    # The font comes with the reader's system: a picture in a README may not fetch one.
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    # Some renderers drop the blanks at the beginning of a text otherwise.
    svg = svg.replace("<text class", '<text xml:space="preserve" class')
    (ROOT / "docs" / "demo.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
