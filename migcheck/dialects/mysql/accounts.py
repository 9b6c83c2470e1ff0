"""Users and roles: they belong to the whole server, so what a migration makes of them outlives a database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from migcheck.dialects.mysql.connection import Row, answers, database_error, denied, query
from migcheck.dialects.mysql.tokens import quoted
from migcheck.dialects.names import PREFIX
from migcheck.model import ObjectKey

if TYPE_CHECKING:
    from pymysql.connections import Connection

# The servers' own, which nobody logs in with.
_SYSTEM = frozenset({"mariadb.sys", "mysql.sys", "mysql.session", "mysql.infoschema"})
# What a change of any account, of what it holds, or of who is in a role, leaves a trace in.
_MARIADB_TABLES = ("global_priv", "roles_mapping", "proxies_priv")
_MYSQL_TABLES = ("user", "role_edges", "default_roles", "global_grants", "proxies_priv")
_PRIVILEGES = ("db", "tables_priv", "columns_priv", "procs_priv")

# Since MySQL 8.0.17: some hashes are no text.
_HEX_HASHES = "SET SESSION print_identified_with_as_hex = ON"
_SECRET = re.compile(r"\b(PASSWORD|USING|AS) ('(?:[^'\\]|\\.|'')+'|0x[0-9A-Fa-f]+)")
# MySQL has an account's default roles there, MariaDB among its grants.
_DEFAULT_ROLE = re.compile(r" DEFAULT ROLE (.*?)(?= REQUIRE |\Z)")
_OURS = re.compile(rf" ON (?:[A-Z ]+ )?`{re.escape(PREFIX)}[a-z0-9_]+`\.")


class Account(NamedTuple):
    """A user (`name`@`host`), or a role of MariaDB (without host)."""

    name: str
    host: str
    is_role: bool

    def sql(self) -> str:
        """As statements name it."""
        return quoted(self.name) if self.is_role else f"{quoted(self.name)}@{quoted(self.host)}"

    def key(self) -> ObjectKey:
        """What identifies it in a snapshot."""
        return ObjectKey("role", self.name) if self.is_role else ObjectKey("user", f"{self.name}@{self.host}")


_EVERYBODY = Account("PUBLIC", "", is_role=True)

State = dict[str, Any]
"""`create`: the statement that makes the account, with the hash of its password; `grants`: what it holds, as
statements, privileges on databases of ours left out."""


def accounts(connection: Connection[Any], mariadb: bool) -> dict[Account, State]:
    """All accounts but the server's own; none where the login may not read mysql.user."""
    role = "is_role" if mariadb else "'N'"
    try:
        rows = query(connection, f"SELECT User, Host, {role} FROM mysql.user")
    except connection.Error as error:
        if not denied(error):
            raise
        return {}
    found = [Account(name, host, is_role == "Y") for name, host, is_role in rows if name not in _SYSTEM]
    # From 10.11 on what everybody holds: its row comes with its first privilege, and nobody may drop it.
    if mariadb and _EVERYBODY not in found:
        found.append(_EVERYBODY)
    found.sort()
    if not mariadb:
        answers(connection, [_HEX_HASHES])
    asked: list[str] = []
    for account in found:
        asked.append(f"SHOW GRANTS FOR {account.sql()}")
        asked.append(f"SHOW CREATE USER {account.sql()}" if not account.is_role else "SELECT NULL")
    # The two statements of one account, one after the other.
    given = answers(connection, asked)
    states = {}
    ((login,),) = query(connection, "SELECT CURRENT_USER()")
    for account, grants, create in zip(found, given[::2], given[1::2], strict=True):
        own = f"{account.name}@{account.host}" == login
        states[account] = _state(account, grants, create, own)
    return states


def _state(
    account: Account, grants: list[Row] | Exception, create: list[Row] | Exception, own: bool
) -> State:
    made = f"CREATE ROLE {account.sql()}" if account.is_role else "".join(_texts(create))
    lines = _texts(grants)
    kept = [plain_grant(line) for line in lines if not _OURS.search(line)]
    # Who makes a role is in it with admin option: that is no doing of the migration's.
    return {
        "create": made,
        "grants": sorted(
            line for line in kept if line and not (own and " ON " not in line and "WITH ADMIN OPTION" in line)
        ),
    }


def _texts(answer: list[Row] | Exception) -> list[str]:
    """The one column of the rows; none where the login may not see them."""
    return [] if isinstance(answer, Exception) else [str(text) for row in answer for text in row.values()]


def plain_grant(grant: str) -> str:
    """A line of SHOW GRANTS without what SHOW CREATE USER says; "" for one that grants nothing."""
    head, _, tail = re.sub(r" (IDENTIFIED|REQUIRE) ", "\0", grant, count=1).partition("\0")
    if "GRANT OPTION" in tail:
        head += " WITH GRANT OPTION"
    return "" if head.startswith("GRANT USAGE ON *.*") and "GRANT OPTION" not in head else head


def fingerprint(connection: Connection[Any], mariadb: bool) -> object:
    """Something else after every change of an account; None where the login may not see that."""
    tables = (*(_MARIADB_TABLES if mariadb else _MYSQL_TABLES), *_PRIVILEGES)
    (rows,) = answers(connection, [f"CHECKSUM TABLE {', '.join(f'mysql.{table}' for table in tables)}"])
    return None if isinstance(rows, Exception) else rows


def attributes(state: State) -> dict[str, Any]:
    """An account as a snapshot has it: hashes are salted, the same password never looks the same twice."""
    definition = re.sub(r"^CREATE (USER|ROLE) \S+ ?", "", state["create"])
    found = {"definition": _SECRET.sub(r"\1 '...'", definition), "grants": state["grants"]}
    return {name: value for name, value in found.items() if value}


def drop(connection: Connection[Any], account: Account) -> None:
    """Drop an account; one that isn't there is no error. Raises DatabaseError."""
    _run(connection, [f"DROP {'ROLE' if account.is_role else 'USER'} IF EXISTS {account.sql()}"], account)


def define(connection: Connection[Any], account: Account, now: State | None, then: State) -> None:
    """Make or alter an account so that it is what `then` says, what it holds aside. Raises DatabaseError."""
    create = _DEFAULT_ROLE.sub("", then["create"])
    if now is None:
        _run(connection, [create], account)
    elif _DEFAULT_ROLE.sub("", now["create"]) != create:
        _run(connection, [altered(create, account)], account)


def give_back(connection: Connection[Any], account: Account, now: State | None, then: State) -> None:
    """Grant what an account held, and revoke what it did not hold. Raises DatabaseError."""
    held = now["grants"] if now else []
    statements = [statement for line in held if line not in then["grants"] for statement in revoked(line)]
    statements += [line for line in then["grants"] if line not in held]
    roles = [_DEFAULT_ROLE.search(state["create"]) if state else None for state in (now, then)]
    texts = [match[1] if match else "NONE" for match in roles]
    if texts[0] != texts[1]:
        statements.append(f"ALTER USER {account.sql()} DEFAULT ROLE {texts[1]}")
    _run(connection, statements, account)


def _run(connection: Connection[Any], statements: Iterable[str], account: Account) -> None:
    for statement in statements:
        try:
            query(connection, statement)
        except connection.Error as error:
            raise database_error(f"cannot put {account.sql()} back", error) from error


# The clauses of SHOW CREATE USER, and what each is where it is not there, in the order of ALTER USER.
_CLAUSES = {
    " IDENTIFIED ": " IDENTIFIED BY ''",
    " REQUIRE ": " REQUIRE NONE",
    " WITH MAX_": " WITH MAX_QUERIES_PER_HOUR 0 MAX_UPDATES_PER_HOUR 0 MAX_CONNECTIONS_PER_HOUR 0"
    " MAX_USER_CONNECTIONS 0",
    " PASSWORD EXPIRE": " PASSWORD EXPIRE DEFAULT",
    " ACCOUNT ": " ACCOUNT UNLOCK",
}


def altered(create: str, account: Account) -> str:
    """ALTER USER that leads to what `create` makes: what that does not say is at its default."""
    rest = create.removeprefix(f"CREATE USER {account.sql()}")
    places = {word: place for word in _CLAUSES if (place := rest.find(word)) >= 0}
    ends = [*sorted(places.values()), len(rest)]
    clauses = [
        rest[places[word] : ends[ends.index(places[word]) + 1]] if word in places else default
        for word, default in _CLAUSES.items()
    ]
    return f"ALTER USER {account.sql()}{''.join(clauses)}"


def revoked(grant: str) -> list[str]:
    """What takes back what a line of SHOW GRANTS gives."""
    if grant.startswith("SET DEFAULT ROLE"):
        return [re.sub(r"^SET DEFAULT ROLE \S+ FOR", "SET DEFAULT ROLE NONE FOR", grant)]
    plain = re.sub(r" WITH (GRANT|ADMIN) OPTION\Z", "", grant)
    revoke = re.sub(r" TO (?=\S+\Z)", " FROM ", plain.replace("GRANT ", "REVOKE ", 1))
    if plain == grant or " ON " not in plain or plain.startswith("GRANT PROXY"):
        return [revoke]
    return [revoke, f"REVOKE GRANT OPTION{revoke[revoke.index(' ON ') :]}"]


def by_name(states: Mapping[Account, State]) -> dict[str, dict[str, State]]:
    """name -> host ("" for a role) -> state."""
    found: dict[str, dict[str, State]] = {}
    for account, state in states.items():
        found.setdefault(account.name, {})["" if account.is_role else account.host] = state
    return found
