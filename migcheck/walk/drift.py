"""What autogenerate would still do: the models' metadata against the database, with env.py's own options."""

from __future__ import annotations

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.operations.ops import UpgradeOps
from alembic.runtime.migration import MigrationContext


def operations(context: MigrationContext) -> tuple[str, ...] | None:
    """The operations that `alembic revision --autogenerate` would write, a line of code each.

    None when env.py sets no target_metadata. env.py's compare_type, include_object,
    process_revision_directives and the like are heeded, as `alembic check` heeds them.
    """
    metadata = context.opts.get("target_metadata")
    if metadata is None:
        return None
    script = produce_migrations(context, metadata)
    process = context.opts.get("process_revision_directives")
    directives = [script]
    if process is not None:
        process(context, (), directives)
    lines: list[str] = []
    for directive in directives:
        for upgrade in directive.upgrade_ops_list:
            lines.extend(_rendered(upgrade, context))
    return tuple(lines)


def _rendered(upgrade: UpgradeOps, context: MigrationContext) -> list[str]:
    if upgrade.is_empty():
        return []
    lines: list[str] = []
    for operation in upgrade.ops:
        try:
            code = render_python_code(UpgradeOps([operation]), migration_context=context)
        except Exception:  # a type or an operation of the user's own that has no renderer
            code = str(operation.to_diff_tuple() if hasattr(operation, "to_diff_tuple") else operation)
        text = "\n".join(line for line in code.splitlines() if not line.lstrip().startswith("#")).strip()
        lines.append(text)
    return lines
