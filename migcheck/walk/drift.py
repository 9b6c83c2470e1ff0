"""What autogenerate would still do: the models' metadata against the database, with env.py's own options."""

from __future__ import annotations

from typing import Any

from alembic.autogenerate import produce_migrations
from alembic.autogenerate.api import AutogenContext
from alembic.autogenerate.render import render_op
from alembic.operations.ops import DropTableOp
from alembic.runtime.migration import MigrationContext


def operations(context: MigrationContext) -> tuple[str, ...] | None:
    """The operations that `alembic revision --autogenerate` would write, an item of code each.

    None when env.py sets no target_metadata, or one without tables. env.py's compare_type, include_object,
    process_revision_directives and the like are heeded, as `alembic check` heeds them.
    """
    metadata: Any = context.opts.get("target_metadata")
    parts = metadata if isinstance(metadata, (list, tuple)) else [metadata]
    if not any(part is not None and part.tables for part in parts):
        return None  # it is there for its naming convention, or the models are never imported
    script = produce_migrations(context, metadata)
    process = context.opts.get("process_revision_directives")
    directives = [script]
    if process is not None:
        process(context, (), directives)
    rendering = AutogenContext(
        context,
        metadata=metadata,
        opts={
            "sqlalchemy_module_prefix": "sa.",
            "alembic_module_prefix": "op.",
            "user_module_prefix": context.opts.get("user_module_prefix"),
            "render_item": context.opts.get("render_item"),
            "render_as_batch": context.opts.get("render_as_batch") or False,
        },
    )
    upgrades = (upgrade for directive in directives for upgrade in directive.upgrade_ops_list)
    found = (operation for upgrade in upgrades for operation in upgrade.ops if not _is_empty(operation))
    return tuple(
        "\n".join(render_op(rendering, operation))
        for operation in found
        # Alembic proposes it itself where version_table_schema names the default schema.
        if not (isinstance(operation, DropTableOp) and operation.table_name == context.version_table)
    )


def _is_empty(operation: object) -> bool:
    """Whether a container of operations (of one table) holds none."""
    return hasattr(operation, "is_empty") and bool(operation.is_empty())
