"""Reading TOML files, with errors that name the file."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from migcheck.errors import UsageError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def read_toml(path: Path) -> Mapping[str, Any]:
    """The tables of a TOML file. Raises UsageError where it cannot be read or is no TOML."""
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8, as TOML must be: {error.reason}") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path} is not valid TOML: {error}") from None


def table_of(path: Path, tool: str) -> Mapping[str, Any] | None:
    """The table [tool.TOOL] of a pyproject.toml, or None where it has none."""
    tools = read_toml(path).get("tool", {})
    table = tools.get(tool) if isinstance(tools, dict) else None
    return table if isinstance(table, dict) else None
