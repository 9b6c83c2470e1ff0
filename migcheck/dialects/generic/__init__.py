"""Any database that SQLAlchemy has a dialect for, and migcheck none of its own."""

from migcheck.dialects.generic.dialect import Generic

__all__ = ["Generic"]
