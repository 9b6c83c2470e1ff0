"""GRANT and REVOKE: code that gives privileges back as they were."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from migcheck.checks.objects import SchemaObject
from migcheck.checks.privileges import CURRENT_USER, Grants, changed_grants, granted, privilege_names
from migcheck.checks.remedies.code import execute, identifier, in_database
from migcheck.checks.remedies.reference import reference
from migcheck.model import Difference

# Kinds whose name in GRANT is another than in ALTER.
_WORDS = {
    "partitioned table": "TABLE",
    "foreign table": "TABLE",
    "view": "TABLE",
    "materialized view": "TABLE",
    "aggregate": "FUNCTION",
    "server": "FOREIGN SERVER",
}
_DEFAULT_NAME = re.compile(r"(?P<role>.+?)(?: in (?P<schema>.+))? on (?P<kind>[a-z ]+)\Z")


def privileges_back(target: SchemaObject, difference: Difference) -> str:
    """The statements that take `target`'s privileges back from `difference.after` to `.before`."""
    changes = changed_grants(difference)
    if target.kind == "default privileges":
        return "\n".join(_of_defaults(target.name, changes)) or _unread(target)
    if not changes:
        return _unread(target)
    if target.kind == "large objects":
        remark = "... are their OIDs"
        return "\n".join(execute(sql, remark) for sql in _statements("LARGE OBJECT ...", changes))
    if target.kind == "database":
        return "\n".join(in_database(sql) for sql in _statements("DATABASE {}", changes))
    return "\n".join(execute(sql) for sql in _statements(_object(target), changes))


def default_privileges_back(target: SchemaObject) -> str:
    """The statements that take back default privileges that were granted; "" where they are not known."""
    return "\n".join(_of_defaults(target.name, granted(str(target.definition.get("privileges") or ""))))


def _unread(target: SchemaObject) -> str:
    return f"# grant (or revoke) the privileges of the {target} as they were"


def _object(target: SchemaObject) -> str:
    if target.kind == "column":
        return reference(target)
    word = _WORDS.get(target.kind)
    full = reference(target)
    return f"{word}{full[len(target.kind) :]}" if word else full


def _statements(on: str, changes: Sequence[Grants]) -> Iterator[str]:
    column = ""
    if on.startswith("COLUMN "):
        table, _, name = on.removeprefix("COLUMN ").rpartition(".")
        on, column = f"TABLE {table}", f" ({name})"
    for grants in changes:
        who = _grantee(grants.grantee)
        if grants.gained:
            yield f"REVOKE {_named(grants.gained, column)} ON {on} FROM {who}"
        if grants.options_gained:
            yield f"REVOKE GRANT OPTION FOR {_named(grants.options_gained, column)} ON {on} FROM {who}"
        for option, end in ((False, ""), (True, " WITH GRANT OPTION")):
            letters = [letter for letter in grants.lost if grants.before[letter] is option]
            if letters:
                yield f"GRANT {_named(letters, column)} ON {on} TO {who}{end}"


def _named(letters: list[str], column: str) -> str:
    return ", ".join(f"{privilege_names([letter])}{column}" for letter in letters)


def _of_defaults(name: str, changes: Sequence[Grants]) -> Iterator[str]:
    match = _DEFAULT_NAME.match(name)
    if not match:
        return
    schema = f" IN SCHEMA {identifier(match['schema'])}" if match["schema"] else ""
    start = f"ALTER DEFAULT PRIVILEGES FOR ROLE {identifier(match['role'])}{schema} "
    for sql in _statements(match["kind"].upper(), changes):
        yield execute(start + sql)


def _grantee(name: str) -> str:
    if name in ("", CURRENT_USER):
        return name or "PUBLIC"
    return identifier(name)
