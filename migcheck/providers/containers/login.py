"""Logins to a container's PostgreSQL that cost little.

Against guessing, SCRAM hashes the password 4096 times at each login. That doubles what a connection costs, of
which a walk makes hundreds. A random password needs no such protection: once is enough (RFC 5802, RFC 7677).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from contextlib import suppress

import psycopg
from psycopg import sql

from migcheck.dialects.postgresql.connection import connect
from migcheck.errors import DatabaseError
from migcheck.model import ServerAddress


def make_logins_cheap(address: ServerAddress) -> None:
    """Have the server keep the password that it has in a way that is checked fast.

    Where it refuses, all stays as it is. Raises nothing.
    """
    if not address.password or not address.password.isascii():  # others would have to be normalised first
        return
    statement = sql.SQL("ALTER ROLE {} PASSWORD {}").format(
        sql.Identifier(address.user), sql.Literal(scram_secret(address.password, secrets.token_bytes(16)))
    )
    # Another run may be doing it at this moment, to a server that is kept.
    with suppress(DatabaseError, psycopg.Error), connect(address) as connection:
        connection.execute(statement)


def scram_secret(password: str, salt: bytes) -> str:
    """What pg_authid.rolpassword holds of a password, for one round of hashing."""
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 1)
    client_key = hmac.digest(salted, b"Client Key", "sha256")
    stored_key = hashlib.sha256(client_key).digest()
    server_key = hmac.digest(salted, b"Server Key", "sha256")
    salt64, stored64, server64 = (base64.b64encode(part).decode() for part in (salt, stored_key, server_key))
    return f"SCRAM-SHA-256$1:{salt64}${stored64}:{server64}"
