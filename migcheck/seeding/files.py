"""The user's own rows: files in a folder, and what is given to `verify()` in pytest-alembic's form."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

from migcheck.errors import UsageError
from migcheck.seeding.own import Factories, OwnRows, OwnSeed

FOLDER = "seeds"
TABLES = "tables"
"""tables.yaml fills columns in every revision; all other files belong to one."""

_PROSE = (".md", ".rst", ".txt")
_KINDS = {".sql": "sql", ".py": "py", ".yaml": "yaml", ".yml": "yaml"}


def own_rows(
    folder: str | None,
    config: Path,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> OwnRows:
    """All rows of the user's own. `folder` is that of the settings (None: `seeds` beside the config file,
    where there is one); `before` and `after` map revisions to rows in pytest-alembic's form. Raises
    UsageError."""
    place = Path(folder) if folder is not None else config.parent / FOLDER
    if folder is not None and not place.is_dir():
        raise UsageError(f"--seeds {folder}: there is no such folder", "leave it out, or make the folder")
    seeds: dict[str, list[OwnSeed]] = {}
    factories: Factories = {}
    source = ""
    for path in sorted(place.iterdir()) if place.is_dir() else ():
        if path.is_dir() or path.name.startswith(("_", ".")) or path.suffix in _PROSE:
            continue
        if path.suffix not in _KINDS:
            raise UsageError(
                f"{path}: rows of your own are in files that end with {', '.join(_KINDS)}",
                "rename it, or let its name begin with _ to leave it out",
            )
        if path.stem == TABLES:
            factories, source = _factories(path), str(path)
        else:
            seeds.setdefault(path.stem, []).append(_read(path))
    for revision, rows in (before or {}).items():
        seeds.setdefault(revision, []).append(_given(rows, f"before_revision_data[{revision!r}]"))
    later = {
        revision: (_given(rows, f"at_revision_data[{revision!r}]"),)
        for revision, rows in (after or {}).items()
    }
    return OwnRows({name: tuple(each) for name, each in seeds.items()}, later, factories, source)


def _read(path: Path) -> OwnSeed:
    text, kind = _text(path), _KINDS[path.suffix]
    if kind != "yaml":
        return OwnSeed(kind, str(path), text)
    rows = []
    for table, given in _mapping(path, _yaml(path, text), "tables and lists of rows").items():
        for row in given if isinstance(given, list) else [given]:
            told = _mapping(path, row, f"columns and values in each row of {table}")
            rows.append((str(table), tuple((str(c), _value(v)) for c, v in told.items())))
    return OwnSeed("rows", str(path), rows=tuple(rows))


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error


def _factories(path: Path) -> Factories:
    found: dict[str, dict[str, Any]] = {}
    for table, columns in _mapping(path, _yaml(path, _text(path)), "tables and their columns").items():
        found[str(table)] = {}
        for column, factory in _mapping(path, columns, f"columns of {table} and what fills them").items():
            found[str(table)][str(column)] = _factory(path, f"{table}.{column}", factory)
    return found


def _factory(path: Path, where: str, given: Any) -> Any:
    if isinstance(given, list):
        if not given:
            raise UsageError(f"{path}: {where} has an empty list", "write at least one value")
        return tuple(map(_value, given))
    if isinstance(given, dict) and set(given) == {"faker"}:
        import faker

        provider = str(given["faker"])
        try:
            getattr(faker.Faker("en_US"), provider)()
        except AttributeError as error:
            raise UsageError(f"{path}: {where}: Faker has no provider {provider!r}") from error
        except Exception as error:
            raise UsageError(
                f"{path}: {where}: Faker's provider {provider!r} gives nothing by itself: {error}",
                "it must be one that needs no arguments",
            ) from error
        return {"faker": provider}
    return _value(given)


def _yaml(path: Path, text: str) -> Any:
    import yaml  # only for who has such a file

    class Loader(yaml.SafeLoader):
        """Takes each key once: PyYAML would let the last one win, and rows be lost in silence."""

        def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
            keys: set[str] = set()
            for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
                if key.value in keys:
                    problem = f"the key {key.value} is there twice"
                    raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
                keys.add(key.value)
            return super().construct_mapping(node, deep)

    try:
        found = yaml.load(text, Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}, line {mark.line + 1}" if mark else str(path)
        raise UsageError(f"{where}: {getattr(error, 'problem', None) or error}") from error
    except ValueError as error:  # 2024-02-31, say
        raise UsageError(
            f"{path}: {error}", "a value that only looks like a date belongs in quotes"
        ) from error
    if not found:
        raise UsageError(
            f"{path} is empty", "write rows into it, or let its name begin with _ to leave it out"
        )
    return found


def _mapping(path: Path, given: Any, what: str) -> dict[Any, Any]:
    if not isinstance(given, dict):
        raise UsageError(f"{path}: {what} belong here, not {given!r}", "see docs/data.md")
    return given


def _given(rows: Any, where: str) -> OwnSeed:
    """Rows as pytest-alembic has them: a mapping with `__tablename__`, or several."""
    found = []
    for row in [rows] if isinstance(rows, Mapping) else list(_iterable(rows, where)):
        if not isinstance(row, Mapping) or "__tablename__" not in row:
            raise UsageError(f"{where}: a row is a mapping with __tablename__, not {row!r}")
        table = str(row["__tablename__"])
        found.append((table, tuple((c, _value(v)) for c, v in row.items() if c != "__tablename__")))
    return OwnSeed("rows", where, rows=tuple(found))


def _iterable(rows: Any, where: str) -> Iterable[Any]:
    if isinstance(rows, (str, bytes)) or not isinstance(rows, Iterable):
        raise UsageError(f"{where}: rows are a mapping or a list of mappings, not {rows!r}")
    return rows


def _value(given: Any) -> Any:
    """A value as servers read it."""
    if isinstance(given, Enum):
        return given.name
    if isinstance(given, (datetime, date, time)):
        return given.isoformat(" ") if isinstance(given, datetime) else given.isoformat()
    if isinstance(given, (dict, list)):
        return json.dumps(given, default=str)
    if given is None or isinstance(given, (bool, int, float, Decimal, str, bytes)):
        return given
    return str(given)
