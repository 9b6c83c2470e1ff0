"""What migcheck costs, measured against what Alembic itself costs: `make bench`."""
