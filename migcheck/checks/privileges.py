"""Privileges (access control lists) taken apart: who may do what, before and now.

The text is PostgreSQL's own, `grantee=letters/grantor` (documentation, section 5.8 "Privileges"), an empty
grantee being PUBLIC. No list at all means what a fresh object of its kind gives, so that a list that is there
on one side only can be compared as well.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass

from migcheck.model import AS_IT_CAME, Difference

_NAMES = {
    "r": "SELECT",
    "a": "INSERT",
    "w": "UPDATE",
    "d": "DELETE",
    "D": "TRUNCATE",
    "x": "REFERENCES",
    "t": "TRIGGER",
    "m": "MAINTAIN",
    "X": "EXECUTE",
    "U": "USAGE",
    "C": "CREATE",
    "c": "CONNECT",
    "T": "TEMPORARY",
    "s": "SET",
    "A": "ALTER SYSTEM",
}
_RELATION, _ROUTINE, _USED = ("arwdDxt", ""), ("X", "X"), ("U", "U")
# What the owner and what PUBLIC may do with a fresh object.
_DEFAULTS = {
    "table": _RELATION,
    "partitioned table": _RELATION,
    "foreign table": _RELATION,
    "view": _RELATION,
    "materialized view": _RELATION,
    "sequence": ("rwU", ""),
    "function": _ROUTINE,
    "procedure": _ROUTINE,
    "aggregate": _ROUTINE,
    "type": _USED,
    "domain": _USED,
    "language": _USED,
    "schema": ("UC", ""),
    "database": ("CTc", "Tc"),
    "foreign data wrapper": ("U", ""),
    "server": ("U", ""),
    "tablespace": ("C", ""),
    "large objects": ("rw", ""),
    "parameter": ("sA", ""),
}
_ROLE = r'"(?:[^"]|"")*"|[^=,"{}\s]'
_ITEM = re.compile(rf"(?P<grantee>(?:{_ROLE})*)=(?P<rights>[a-zA-Z*]*)/(?P<grantor>(?:{_ROLE})+)")
_PUBLIC = ""
CURRENT_USER = "CURRENT_USER"
_Rights = dict[str, bool]


@dataclass(frozen=True, slots=True)
class Grants:
    """What one grantee ("" for PUBLIC) may do before and now: letters, each with its grant option."""

    grantee: str
    before: _Rights
    after: _Rights

    @property
    def lost(self) -> list[str]:
        """Letters that are there before only, or with the grant option before only."""
        return [letter for letter, option in self.before.items() if self.after.get(letter, -1) < option]

    @property
    def gained(self) -> list[str]:
        """Letters that are there now only."""
        return [letter for letter in self.after if letter not in self.before]

    @property
    def options_gained(self) -> list[str]:
        """Letters that may be granted on only now."""
        return [
            letter for letter, option in self.after.items() if option and self.before.get(letter) is False
        ]


def changed_grants(difference: Difference) -> list[Grants]:
    """Each grantee whose privileges differ, the owner last; [] when the lists cannot be read.

    The owner's own full rights are taken for granted on the side that has no list.
    """
    before, after = _lists(difference.before), _lists(difference.after)
    owner = _owner(difference)
    initial = any((text or "").startswith(AS_IT_CAME) for text in (difference.before, difference.after))
    kind = difference.object_type
    if before is None:
        before = _default(kind, owner, after or {}, initial)
    if after is None:
        after = _default(kind, owner, before, initial)
    names = sorted({*before, *after}, key=lambda name: (name == owner, name))
    found = [Grants(name, before.get(name, {}), after.get(name, {})) for name in names]
    found = [grants for grants in found if grants.before != grants.after]
    return _likeliest(found) if initial else found


def granted(value: str) -> list[Grants]:
    """Everything that a list grants, as if nothing had been granted before."""
    return [Grants(name, {}, rights) for name, rights in sorted((_lists(value) or {}).items())]


def _likeliest(found: list[Grants]) -> list[Grants]:
    """What it came with is not on record: what PUBLIC and the server's own roles may do need not differ."""
    certain = [grants for grants in found if grants.grantee and not grants.grantee.startswith("pg_")]
    return certain or found


def _default(kind: str, owner: str, other: dict[str, _Rights], initial: bool) -> dict[str, _Rights]:
    own, public = _DEFAULTS.get(kind, ("", ""))
    if initial and kind in ("table", "view"):
        public = "r"  # as initdb grants on the catalogs
    # Versions differ in what an owner's full rights are: what the other side has beyond them is none.
    rights = {**dict.fromkeys(own, False), **other.get(owner, {})} if own else {}
    found = {owner: rights, _PUBLIC: dict.fromkeys(public, False)}
    return {name: granted for name, granted in found.items() if granted}


def _lists(value: str | None) -> dict[str, _Rights] | None:
    if value is None or value.startswith(AS_IT_CAME):
        return None
    found: dict[str, _Rights] = {}
    for item in _ITEM.finditer(_flat(value)):
        rights = found.setdefault(_unquoted(item["grantee"]), {})
        for letter, option in re.findall(r"([a-zA-Z])(\*?)", item["rights"]):
            rights[letter] = rights.get(letter, False) or bool(option)
    return found


def _flat(value: str) -> str:
    """The items of a list in JSON, or as it stands."""
    try:
        loaded = json.loads(value)
    except ValueError:
        return value
    return ", ".join(map(str, loaded)) if isinstance(loaded, list) else value


def _owner(difference: Difference) -> str:
    """The role that the privileges come from most often; who runs the migration where there are none."""
    text = f"{_flat(difference.before or '')}, {_flat(difference.after or '')}"
    grantors = Counter(_unquoted(item["grantor"]) for item in _ITEM.finditer(text))
    return min(grantors, key=lambda name: (-grantors[name], name)) if grantors else CURRENT_USER


def _unquoted(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def privilege_names(letters: list[str]) -> str:
    """The letters as words of GRANT: `SELECT, INSERT`."""
    return ", ".join(_NAMES.get(letter, letter) for letter in letters)


def rights_in_words(rights: _Rights) -> str:
    """`SELECT, INSERT with grant option`, "none" for none."""
    words = [
        _NAMES.get(letter, letter) + (" with grant option" if option else "")
        for letter, option in rights.items()
    ]
    return ", ".join(words) or "none"


def grantee_in_words(grantee: str) -> str:
    """The role, or PUBLIC."""
    return grantee or "PUBLIC"
