"""What migrations leave on the server beside their database: users, roles, other databases."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from migcheck.dialects.mysql import accounts
from migcheck.dialects.mysql.accounts import Account
from migcheck.dialects.mysql.connection import query
from migcheck.dialects.mysql.databases import opened
from migcheck.dialects.mysql.reader import FOREIGN_DATABASES, SYSTEM_DATABASES
from migcheck.dialects.mysql.tokens import quoted
from migcheck.errors import DatabaseError
from migcheck.model import ServerAddress

if TYPE_CHECKING:
    from pymysql.connections import Connection

SERVER_WIDE = (
    r"\b(create|drop|alter|rename)[\s_]+(or\s+replace\s+)?(user|role)\b"
    r"|\b(create|drop)[\s_]*(or\s+replace\s+)?(database|schema)(?![a-z])"
    r"|\bset\s+(global|persist|password|default\s+role)\b|@@(global|persist)\."
    r"|\b(grant|revoke)\b[^;]*?\bon\s+\*\.\*|\bgrant\s+[`'\"\w@%]+\s+to\b|\brevoke\s+[`'\"\w@%]+\s+from\b"
)


def shared(address: ServerAddress) -> dict[str, str]:
    """Name -> JSON of the accounts of that name, by host, and of the database of that name.

    Accounts are known where the login may read mysql.user, databases on a private server.
    """
    with opened(address, "cannot read the server's users", "") as connection:
        return {
            name: json.dumps(state, sort_keys=True) for name, state in _states(connection, address).items()
        }


def _states(connection: Connection[Any], address: ServerAddress) -> dict[str, dict[str, Any]]:
    mariadb = "MariaDB" in connection.get_server_info()
    found: dict[str, dict[str, Any]] = {}
    for name, hosts in accounts.by_name(accounts.accounts(connection, mariadb)).items():
        found.setdefault(name, {})["accounts"] = hosts
    if address.private:
        for name, charset, collation in query(connection, FOREIGN_DATABASES):
            if name not in SYSTEM_DATABASES:
                found.setdefault(name, {})["database"] = [charset, collation]
    return found


def reset_shared(address: ServerAddress, gone: Iterable[str], changed: Mapping[str, str]) -> None:
    """Drop accounts and databases of the names that are `gone`; put back what `shared` said of `changed`.

    Raises DatabaseError where the login may not.
    """
    wanted = {**dict.fromkeys(gone, "{}"), **changed}
    if not wanted:
        return
    with opened(address, "cannot put the server's users back", "") as connection:
        now = _states(connection, address)
        then = {name: json.loads(text) for name, text in sorted(wanted.items())}
        for name, state in then.items():
            _reset_database(connection, address, name, now.get(name, {}), state)
        _reset_accounts(connection, _accounts_of(now, then), _accounts_of(then, then))


def _accounts_of(states: dict[str, dict[str, Any]], names: Iterable[str]) -> dict[Account, accounts.State]:
    return {
        Account(name, host, is_role=not host): state
        for name in names
        for host, state in states.get(name, {}).get("accounts", {}).items()
    }


def _reset_accounts(
    connection: Connection[Any], now: dict[Account, accounts.State], then: dict[Account, accounts.State]
) -> None:
    for account in sorted(now.keys() - then.keys()):
        accounts.drop(connection, account)
    # All are there before any is granted what may be another one.
    for account, state in sorted(then.items()):
        accounts.define(connection, account, now.get(account), state)
    for account, state in sorted(then.items()):
        accounts.give_back(connection, account, now.get(account), state)


def _reset_database(
    connection: Connection[Any], address: ServerAddress, name: str, now: dict[str, Any], then: dict[str, Any]
) -> None:
    there, wanted = now.get("database"), then.get("database")
    if there == wanted:
        return
    if not address.private or name in SYSTEM_DATABASES:
        raise DatabaseError(f"refused: database {name!r} is none of ours")
    if wanted is None:
        query(connection, f"DROP DATABASE {quoted(name)}")
    else:
        verb = "ALTER" if there else "CREATE"
        query(connection, f"{verb} DATABASE {quoted(name)} CHARACTER SET {wanted[0]} COLLATE {wanted[1]}")
