"""In which order tables are filled."""

from __future__ import annotations

from collections.abc import Iterable

from migcheck.model.tables import ForeignKey, Table, TableName, Tables


def is_hard(table: Table, key: ForeignKey) -> bool:
    """Whether a row cannot be without the row that it refers to: none of the columns may be NULL (with MATCH
    FULL: not all of them)."""
    required = [not column.nullable for name in key.columns if (column := table.column(name)) is not None]
    return any(required) if key.match_full else all(required)


def groups(tables: Tables, names: Iterable[TableName]) -> list[tuple[TableName, ...]]:
    """The tables so that those come first to which others refer; tables of a cycle of hard references are
    together in one group. A reference that may be NULL counts as far as it makes no cycle."""
    chosen = sorted(names)
    hard = {name: _referred(tables, name, chosen, only_hard=True) for name in chosen}
    every = {name: _referred(tables, name, chosen, only_hard=False) for name in chosen}
    return _by_soft(_components(chosen, hard), every, hard)


def _referred(
    tables: Tables, name: TableName, chosen: list[TableName], *, only_hard: bool
) -> list[TableName]:
    table = tables[name]
    return sorted(
        {
            key.table
            for key in table.foreign_keys
            if key.table != name and key.table in chosen and (not only_hard or is_hard(table, key))
        }
    )


def _components(
    names: list[TableName], edges: dict[TableName, list[TableName]]
) -> list[tuple[TableName, ...]]:
    """Strongly connected components, those that are referred to first (Tarjan, 1972)."""
    index: dict[TableName, int] = {}
    low: dict[TableName, int] = {}
    stack: list[TableName] = []
    found: list[tuple[TableName, ...]] = []

    for root in names:
        if root in index:
            continue
        work = [(root, iter(edges[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        while work:
            name, following = work[-1]
            other = next(following, None)
            if other is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[name])
                if low[name] == index[name]:
                    group = stack[stack.index(name) :]
                    del stack[stack.index(name) :]
                    found.append(tuple(sorted(group)))
            elif other not in index:
                index[other] = low[other] = len(index)
                stack.append(other)
                work.append((other, iter(edges[other])))
            elif other in stack:
                low[name] = min(low[name], index[other])
    return found


def _by_soft(
    found: list[tuple[TableName, ...]],
    every: dict[TableName, list[TableName]],
    hard: dict[TableName, list[TableName]],
) -> list[tuple[TableName, ...]]:
    """The groups, where soft references can be honoured too: Kahn's order, in which a cycle of soft ones is
    cut at the group that comes first."""
    group_of = {name: group for group in found for name in group}
    needs = {group: {group_of[o] for n in group for o in every[n]} - {group} for group in found}
    must = {group: {group_of[o] for n in group for o in hard[n]} - {group} for group in found}
    ordered: list[tuple[TableName, ...]] = []
    left = list(found)
    while left:
        done = set(ordered)
        ready = next((group for group in left if needs[group] <= done), None)
        ready = ready or next(group for group in left if must[group] <= done)
        left.remove(ready)
        ordered.append(ready)
    return ordered
