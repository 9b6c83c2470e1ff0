"""The clause of ALTER that gives an attribute its former value, for each kind of object."""

from __future__ import annotations

import re
from collections.abc import Callable

from migcheck.checks.remedies.code import dotted, identifier, sql_string

_Clause = Callable[[str | None, str | None], str | None]


# Of a sequence, in the order in which they are written.
OPTIONS = ("type", "increment", "min", "max", "start", "cache", "cycle")


def clause(kind: str, attribute: str, before: str | None, after: str | None) -> str | None:
    """What follows `ALTER KIND name` to bring `attribute` back from `after` to `before`; None if unknown."""
    found = _CLAUSES.get((kind, attribute)) or _CLAUSES.get(("", attribute))
    return found(before, after) if found else None


def is_unset(value: str | None) -> bool:
    """True for an attribute that has no value."""
    return value is None or value in ("", "null", "None")


def is_true(value: str | None) -> bool:
    """True for the text of a boolean that is true."""
    return str(value).lower() in ("true", "t", "1", "yes")


def elements(value: str | None) -> list[str]:
    """The elements of a list as `migcheck.compare` shows it: on one line, or one on each line."""
    if is_unset(value):
        return []
    return str(value).split("\n" if "\n" in str(value) else ", ")


def _flag(yes: str, no: str) -> _Clause:
    return lambda before, after: yes if is_true(before) else no


def _value(words: str, unset: str | None = None, quote: Callable[[str], str] = str) -> _Clause:
    """`words` with the former value put in for `{}`; `unset` where it had none."""
    return lambda before, after: unset if is_unset(before) else words.format(quote(str(before)))


def _word(words: str, unset: str) -> _Clause:
    return _value(words, unset, str.upper)


def _parameters(prefix: str = "") -> _Clause:
    """SET and RESET of storage parameters (`name=value`)."""

    def back(before: str | None, after: str | None) -> str | None:
        old, new = _settings(before), _settings(after)
        changed = [f"{prefix}{name} = {value}" for name, value in old.items() if new.get(name) != value]
        gone = [f"{prefix}{name}" for name in new if name not in old]
        if changed and gone:
            return None  # takes two statements
        return f"SET ({', '.join(changed)})" if changed else f"RESET ({', '.join(gone)})"

    return back


def _foreign_options(before: str | None, after: str | None) -> str:
    old, new = _settings(before), _settings(after)
    actions = [f"DROP {identifier(name)}" for name in new if name not in old]
    actions += [
        f"{'SET' if name in new else 'ADD'} {identifier(name)} {sql_string(value)}"
        for name, value in old.items()
        if new.get(name) != value
    ]
    return f"OPTIONS ({', '.join(actions)})"


def _settings(value: str | None) -> dict[str, str]:
    return {name: text for name, _, text in (item.partition("=") for item in elements(value))}


def _identity(before: str | None, after: str | None) -> str:
    if is_unset(before):
        return "DROP IDENTITY"
    always = str(before).upper()
    return f"ADD GENERATED {always} AS IDENTITY" if is_unset(after) else f"SET GENERATED {always}"


def _replica_identity(before: str | None, after: str | None) -> str:
    word = str(before).upper() if not is_unset(before) else "DEFAULT"
    return f"REPLICA IDENTITY {'USING INDEX ...' if word == 'INDEX' else word}"


def _firing(what: str) -> _Clause:
    words = {"disabled": "DISABLE", "replica": "ENABLE REPLICA", "always": "ENABLE ALWAYS"}
    return lambda before, after: f"{words.get(str(before), 'ENABLE')} {what}".strip()


def _inherits(before: str | None, after: str | None) -> str | None:
    lost = [name for name in elements(before) if name not in elements(after)]
    gained = [name for name in elements(after) if name not in elements(before)]
    if len(lost) + len(gained) != 1:
        return None
    return f"INHERIT {dotted(lost[0])}" if lost else f"NO INHERIT {dotted(gained[0])}"


def _domain_constraint(before: str | None, after: str | None) -> str | None:
    old, new = _each(before), _each(after)
    lost, gained = [line for line in old if line not in new], [line for line in new if line not in old]
    if len(lost) + len(gained) != 1:
        return None
    name, _, text = (lost or gained)[0].partition(" ")
    return f"ADD CONSTRAINT {identifier(name)} {text}" if lost else f"DROP CONSTRAINT {identifier(name)}"


def _each(value: str | None) -> list[str]:
    return [] if is_unset(value) else str(value).split("\n")


def _members(what: str) -> _Clause:
    """ADD, DROP or SET of what a publication publishes."""

    def back(before: str | None, after: str | None) -> str | None:
        old, new = elements(before), elements(after)
        lost, gained = [item for item in old if item not in new], [item for item in new if item not in old]
        if gained and not lost:
            return f"DROP {what} {', '.join(_bare(item) for item in gained)}"
        if lost and not {_bare(item) for item in lost} & {_bare(item) for item in new}:
            return f"ADD {what} {', '.join(lost)}" if not gained else None
        return f"SET {what} {', '.join(old)}" if old else None

    return back


def _bare(item: str) -> str:
    return re.split(r" \(| WHERE ", item)[0]


_LOGGED: _Clause = lambda before, after: "SET UNLOGGED" if before in ("u", "unlogged") else "SET LOGGED"  # noqa: E731
_ROLE_FLAGS = {
    "superuser": "SUPERUSER",
    "inherit": "INHERIT",
    "create_role": "CREATEROLE",
    "create_database": "CREATEDB",
    "login": "LOGIN",
    "replication": "REPLICATION",
    "bypass_row_security": "BYPASSRLS",
}
# By kind and attribute; "" stands for every kind that has no entry of its own.
_CLAUSES: dict[tuple[str, str], _Clause] = {
    ("", "options"): _parameters(),
    ("", "toast_options"): _parameters("toast."),
    ("", "persistence"): _LOGGED,
    ("", "tablespace"): _value("SET TABLESPACE {}", "SET TABLESPACE pg_default", identifier),
    ("", "access_method"): _value("SET ACCESS METHOD {}", "SET ACCESS METHOD heap", identifier),
    ("", "row_security"): _flag("ENABLE ROW LEVEL SECURITY", "DISABLE ROW LEVEL SECURITY"),
    ("", "force_row_security"): _flag("FORCE ROW LEVEL SECURITY", "NO FORCE ROW LEVEL SECURITY"),
    ("", "inherits"): _inherits,
    ("", "of_type"): _value("OF {}", "NOT OF"),
    ("", "replica_identity"): _replica_identity,
    ("", "schema"): _value("SET SCHEMA {}", None, identifier),
    ("column", "storage"): _word("SET STORAGE {}", "SET STORAGE DEFAULT"),
    ("column", "compression"): _value("SET COMPRESSION {}", "SET COMPRESSION default"),
    ("column", "statistics"): _value("SET STATISTICS {}", "SET STATISTICS -1"),
    ("column", "fdw_options"): _foreign_options,
    ("column", "identity"): _identity,
    ("foreign table", "server_options"): _foreign_options,
    ("server", "options"): _foreign_options,
    ("foreign data wrapper", "options"): _foreign_options,
    ("user mapping", "options"): _foreign_options,
    ("server", "version"): _value("VERSION {}", None, sql_string),
    ("extension", "version"): _value("UPDATE TO {}", None, sql_string),
    ("constraint", "deferrable"): _flag("DEFERRABLE", "NOT DEFERRABLE"),
    ("constraint", "deferred"): _flag("DEFERRABLE INITIALLY DEFERRED", "INITIALLY IMMEDIATE"),
    ("constraint", "enforced"): _flag("ENFORCED", "NOT ENFORCED"),
    ("sequence", "type"): _value("AS {}"),
    ("sequence", "start"): _value("START WITH {}"),
    ("sequence", "increment"): _value("INCREMENT BY {}"),
    ("sequence", "min"): _value("MINVALUE {}", "NO MINVALUE"),
    ("sequence", "max"): _value("MAXVALUE {}", "NO MAXVALUE"),
    ("sequence", "cache"): _value("CACHE {}"),
    ("sequence", "cycle"): _flag("CYCLE", "NO CYCLE"),
    ("sequence", "owned_by"): _value("OWNED BY {}", "OWNED BY NONE", dotted),
    ("domain", "nullable"): _flag("DROP NOT NULL", "SET NOT NULL"),
    ("domain", "default"): _value("SET DEFAULT {}", "DROP DEFAULT"),
    ("domain", "constraints"): _domain_constraint,
    ("policy", "roles"): _value("TO {}", "TO public"),
    ("policy", "using"): _value("USING ({})"),
    ("policy", "check"): _value("WITH CHECK ({})"),
    ("publication", "tables"): _members("TABLE"),
    ("publication", "schemas"): _members("TABLES IN SCHEMA"),
    ("publication", "via_root"): _value(
        "SET (publish_via_partition_root = {})", "SET (publish_via_partition_root = false)"
    ),
    ("event trigger", "enabled"): _firing(""),
    ("statistics", "target"): _value("SET STATISTICS {}", "SET STATISTICS -1"),
    ("role", "connection_limit"): _value("CONNECTION LIMIT {}", "CONNECTION LIMIT -1"),
    ("role", "valid_until"): _value("VALID UNTIL {}", "VALID UNTIL 'infinity'", sql_string),
    ("database", "connection_limit"): _value("CONNECTION LIMIT {}", "CONNECTION LIMIT -1"),
    ("database", "allow_connections"): _flag("ALLOW_CONNECTIONS true", "ALLOW_CONNECTIONS false"),
    ("database", "is_template"): _flag("IS_TEMPLATE true", "IS_TEMPLATE false"),
    **{("role", name): _flag(word, f"NO{word}") for name, word in _ROLE_FLAGS.items()},
    # Triggers and rules are switched by their table.
    ("trigger", "enabled"): _firing("TRIGGER"),
    ("rule", "enabled"): _firing("RULE"),
}
