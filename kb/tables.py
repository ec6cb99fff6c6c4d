"""Rows for people and programs: an aligned table, CSV or JSON on standard output."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Mapping, Sequence

from kb.iris import PREFIXES

_WIDEST = 76  # characters of a table's column


def print_rows(columns: Sequence[str], rows: Sequence[Mapping[str, object]], format: str) -> None:
    """Print the rows as `format`: table (long cells cut, IRI columns left out), csv or json (everything in full)."""
    if format == "json":
        print(json.dumps([{c: _plain(r.get(c)) for c in columns} for r in rows], ensure_ascii=False, indent=1))
        return
    table = [["" if (v := _plain(row.get(c))) is None else str(v) for c in columns] for row in rows]
    if format == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(table)
        return
    # IRIs make no table for people: they are in the CSV. A Wikidata item is known by its QID.
    table = [[cell.removeprefix(PREFIXES["wd"]) for cell in row] for row in table]
    shown = [n for n in range(len(columns)) if not table or not all(r[n].startswith("http") for r in table)]
    shown = shown or list(range(len(columns)))
    widths = {n: min(_WIDEST, max([len(columns[n]), *(len(r[n]) for r in table)])) for n in shown}
    for line in [columns, ["-" * _WIDEST] * len(columns), *table]:
        print("  ".join(_cut(line[n], widths[n]).ljust(widths[n]) for n in shown).rstrip())
    if len(shown) < len(columns):
        left_out = ", ".join(c for n, c in enumerate(columns) if n not in shown)
        print(f"Left out: {left_out} (IRIs). Next: --format csv or json has every column in full.", file=sys.stderr)


def _cut(cell: str, width: int) -> str:
    if len(cell) <= width or cell.startswith("---"):
        return cell[:width]
    return cell[: width - 1] + "…"


def _plain(value: object) -> object:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return getattr(value, "value", None) or str(value)
