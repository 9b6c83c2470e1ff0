"""Texts that look like those of production, by what a column is called."""

from __future__ import annotations

import re
import zlib
from functools import lru_cache
from typing import Any

# The first that is found in a column's name says which of Faker's providers fits; longer words first.
_PROVIDERS = (
    (r"e?mail", "email"), (r"user_?name|login|nick", "user_name"), (r"first_?name|given_?name", "first_name"),
    (r"last_?name|surname|family_?name", "last_name"), (r"company|organi[sz]ation|employer", "company"),
    (r"phone|mobile|fax", "phone_number"), (r"street|address", "street_address"), (r"city|town", "city"),
    (r"zip|post_?(al)?_?code", "postcode"), (r"country_?code", "country_code"), (r"country", "country"),
    (r"currency", "currency_code"), (r"locale|lang(uage)?", "language_code"),
    (r"url|link|website|href", "url"), (r"slug", "slug"), (r"title|subject|headline", "sentence"),
    (r"desc(ription)?|body|text|comment|note|bio|content|message|summary", "text"),
    (r"colou?r", "hex_color"), (r"file_?name|path|attachment", "file_name"), (r"mime", "mime_type"),
    (r"iban", "iban"), (r"job|profession", "job"),
    (r"domain|host", "domain_name"), (r"ip(_?address)?$", "ipv4"),
    (r"user_?agent", "user_agent"), (r"hash|token|secret|password|digest|sha", "sha1"), (r"name", "name"),
)  # fmt: skip
_COMPILED = [(re.compile(pattern, re.IGNORECASE), provider) for pattern, provider in _PROVIDERS]
DISTINCT = 100
"""So many different texts are made for a column; then they come again, each with a number."""


@lru_cache(maxsize=1)
def _faker() -> Any:
    from faker import Faker

    return Faker("en_US")


@lru_cache(maxsize=8192)
def provider_of(column: str) -> str:
    """The name of Faker's provider for a column of that name."""
    return next((provider for pattern, provider in _COMPILED if pattern.search(column)), "word")


def fake(provider: str, seed: str, number: int) -> str:
    """Text number `number` of a provider of Faker's, the same for the same `seed`. Raises AttributeError."""
    return _fake(provider, seed, number % DISTINCT)


@lru_cache(maxsize=16384)
def _fake(provider: str, seed: str, number: int) -> str:
    faker = _faker()
    faker.seed_instance(zlib.crc32(f"{seed} {provider} {number}".encode()))
    return str(getattr(faker, provider)())
