"""Each kind of value: what is accepted and the one form it is brought to.

A function takes what a user gave and returns the value, or raises ValueError: without a text where
"not VALUE" says enough, else with a text that goes on from "must be ..., ".
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from migcheck.spelling import nearest

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# A prefix of a code of migcheck's own, or a whole code of somebody's.
_CODE = re.compile(r"MC\d{0,3}|[A-Z]{2,10}\d{3}")
_WHOLE_CODE = re.compile(r"[A-Z]{2,10}\d{3}")
_FORMAT = re.compile(r"[a-z]{2,}")
_PROVIDER = re.compile(r"[a-z][a-z0-9_-]*")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def text(value: object) -> str:
    """A text with something in it."""
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise ValueError
    return value


def words(value: object) -> tuple[str, ...]:
    """A text or a list of texts, as a tuple."""
    if isinstance(value, str):
        return (text(value),)
    if isinstance(value, (Mapping, bytes)) or not isinstance(value, Iterable):
        raise ValueError
    items = tuple(text(item) for item in value)
    return tuple(sorted(items)) if isinstance(value, (set, frozenset)) else items


def optional_path(value: object) -> str | None:
    """A path (text or os.PathLike), or None."""
    return None if value is None else _path(value)


def outputs(formats: Sequence[str]) -> Callable[[object], tuple[str, ...]]:
    """One or several of FILE and FORMAT:FILE, where FILE is - for standard output."""

    def accept(value: object) -> tuple[str, ...]:
        found = () if value is None else paths(value)
        for spec in found:
            head, colon, file = spec.partition(":")
            if head in formats and not file:
                raise ValueError(f"and {spec!r} names no file")
            if colon and head not in formats and _FORMAT.fullmatch(head):
                near = nearest(head, formats)
                mended = f"; did you mean {near}:{file}?" if near else ""
                raise ValueError(
                    f"and there is no format {head!r}{mended} (for a file of that name: ./{spec})"
                )
        files = [split_output(spec, formats)[1] for spec in found]
        twice = next((file for file in files if files.count(file) > 1), None)
        if twice is not None:
            raise ValueError(f"and {twice} is given twice")
        return found

    return accept


def split_output(spec: str, formats: Sequence[str]) -> tuple[str | None, str]:
    """(FORMAT, FILE) of what `outputs` accepts; FORMAT is None where only a file is named."""
    head, colon, file = spec.partition(":")
    return (head, file) if colon and head in formats else (None, spec)


def paths(value: object) -> tuple[str, ...]:
    """A path or a list of paths."""
    if isinstance(value, (str, os.PathLike)):
        return (_path(value),)
    if isinstance(value, (Mapping, bytes)) or not isinstance(value, Iterable):
        raise ValueError
    return tuple(_path(item) for item in value)


def _path(value: object) -> str:
    return text(os.fspath(value) if isinstance(value, os.PathLike) else value)


def databases(builtin: Sequence[str]) -> Callable[[object], tuple[str, ...]]:
    """One or several SPECs of `--database`, each once; `builtin` are the names of our own providers."""

    def accept(value: object) -> tuple[str, ...]:
        found = tuple(dict.fromkeys(_database(spec, builtin) for spec in words(value)))
        if not found:
            raise ValueError("and there is none")
        return found

    return accept


def modules(value: object) -> tuple[str, ...]:
    """Names of modules, dotted."""
    names = words(value)
    for name in names:
        if not all(part.isidentifier() for part in name.split(".")):
            raise ValueError(f"and {name!r} is no name of a module")
    return names


def _database(spec: str, builtin: Sequence[str]) -> str:
    """A provider, perhaps with an argument, or the URL of a server."""
    spec = spec.strip()
    if _URL.match(spec):
        return spec
    provider, colon, argument = spec.partition(":")
    if provider in ("auto", "sqlite") and not colon:
        return spec
    if provider == "embedded" and (not colon or argument.isdecimal()):
        return spec
    if provider in ("local", "docker") and (not colon or argument):
        return spec
    # Others may have registered providers, which the settings don't know: see providers.check_databases.
    if provider not in builtin and _PROVIDER.fullmatch(provider) and (not colon or argument):
        return spec
    raise ValueError(f"not {spec!r}")


def optional_text(value: object) -> str | None:
    """A text with something in it, or None."""
    return None if value is None else text(value)


def optional_number(value: object) -> int | None:
    """A whole number above 0, or None."""
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
        raise ValueError
    return value


def flag(value: object) -> bool:
    """On or off."""
    spoken = {"true": True, "1": True, "false": False, "0": False}
    if isinstance(value, str) and value.lower() in spoken:
        return spoken[value.lower()]
    if not isinstance(value, bool):
        raise ValueError
    return value


def revision_range(value: object) -> str | None:
    """FROM:TO in Alembic's words; a side left out means base or heads."""
    if value is None:
        return None
    span = text(value).strip()
    if span.count(":") != 1 or span == ":":
        raise ValueError
    return span


def shard(value: object) -> str | None:
    """I/N, the I-th of N; or None."""
    if value is None:
        return None
    number, slash, of = text(value).strip().partition("/")
    if not slash or not number.strip().isdecimal() or not of.strip().isdecimal():
        raise ValueError
    if not 1 <= int(number) <= int(of):
        raise ValueError(f"with I from 1 to N, not {value!r}")
    return f"{int(number)}/{int(of)}"


def executor(value: object) -> str:
    """`local`, or `dask://HOST:PORT` of a scheduler."""
    place = text(value).strip()
    scheme, _, rest = place.partition("://")
    host, _, port = rest.rpartition(":")
    if place != "local" and not (scheme == "dask" and host and port.isdecimal()):
        raise ValueError
    return place


def codes(value: object) -> tuple[str, ...]:
    """Codes or their prefixes, separated by commas or in a list; sorted, each once, in capitals."""
    found: set[str] = set()
    for word in words(value):
        for code in word.replace(",", " ").split():
            if not _CODE.fullmatch(code.upper()):
                # A name is worth a hint, which only the catalogue can give: see codes.check_codes.
                found.add(code)
            else:
                found.add(code.upper())
    return tuple(sorted(found))


def one_of(choices: tuple[str, ...]) -> Callable[[object], str]:
    """One of some words."""

    def accept(value: object) -> str:
        if not isinstance(value, str) or value not in choices:
            raise ValueError
        return value

    return accept


def variables(value: object) -> tuple[str, ...]:
    """Names of environment variables."""
    names = words(value)
    for name in names:
        if not _VARIABLE.fullmatch(name):
            raise ValueError(f"and {name!r} is no name of a variable")
    return names


def pairs(value: object) -> tuple[tuple[str, object], ...]:
    """A mapping, a list of pairs, or KEY=VALUE texts, as pairs; the last of a key counts."""
    if isinstance(value, Mapping):
        items: Iterable[object] = value.items()
    elif isinstance(value, str):
        items = (value,)
    elif isinstance(value, Iterable):
        items = value
    else:
        raise ValueError
    found: dict[str, object] = {}
    for item in items:
        if isinstance(item, str):
            key, equals, rest = item.partition("=")
            if not equals:
                raise ValueError(f"and {item!r} lacks the = between key and value")
            found[key.strip()] = rest
        elif isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], str):
            found[item[0]] = item[1]
        else:
            raise ValueError
    return tuple(sorted(found.items()))


def environment(value: object) -> tuple[tuple[str, str], ...]:
    """Variables and their values; numbers and booleans are written as TOML writes them."""
    found = []
    for name, content in pairs(value):
        if not _VARIABLE.fullmatch(name):
            raise ValueError(f"and {name!r} is no name of a variable")
        if isinstance(content, bool):
            content = str(content).lower()
        elif isinstance(content, (int, float)):
            content = str(content)
        if not isinstance(content, str) or "\0" in content:
            raise ValueError(f"and the value of {name} is no text")
        found.append((name, content))
    return tuple(found)


def severities(choices: tuple[str, ...]) -> Callable[[object], tuple[tuple[str, str], ...]]:
    """Codes and the severity that each shall have."""

    def accept(value: object) -> tuple[tuple[str, str], ...]:
        found = []
        for code, severity in pairs(value):
            if not _WHOLE_CODE.fullmatch(code.upper()):
                raise ValueError(f"and {code!r} is no code")
            if not isinstance(severity, str) or severity not in choices:
                raise ValueError(f"and the severity of {code} is none of {', '.join(choices)}: {severity!r}")
            found.append((code.upper(), severity))
        return tuple(found)

    return accept


def seconds(value: object) -> float:
    """A duration greater than 0."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError
    number = float(value)
    if not math.isfinite(number) or number <= 0:
        raise ValueError
    return number


def count(value: object) -> int:
    """How often a flag was given; True counts as once."""
    if not isinstance(value, int) or value < 0:
        raise ValueError
    return int(value)


def switch(value: object) -> bool | None:
    """On, off, or None for "decide by looking"."""
    spoken = {"auto": None, "always": True, "never": False}
    if isinstance(value, str) and value in spoken:
        return spoken[value]
    if value is not None and not isinstance(value, bool):
        raise ValueError
    return value
