"""`kb evaluate`: read the gold, run, print a table or one JSON object."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kb.errors import InputError, UsageError
from kb.evaluation import attribution, gold, linking, pairs, stance
from kb.settings import Settings

WORK = {
    "attribution": ("polnear",),
    "pairs": ("newsmtsc", "seesaw"),
    "stance": ("seesaw", "jsonl"),
    "linking": ("elevant", "jsonl"),
}


def evaluate(work: str, path: Path, form: str, settings: Settings, texts: Path | None = None) -> dict[str, Any]:
    """Scores of one kind of work against gold data.

    Raises:
        UsageError: the work cannot be scored on that format.
        InputError: the gold cannot be read, or holds nothing of that format.
    """
    if form not in WORK[work]:
        raise UsageError(f"{work} cannot be scored on {form!r}; use --format {' or '.join(WORK[work])}")
    try:
        if work == "attribution":
            return attribution.evaluate(gold.read_polnear(path), settings)
        if work == "pairs":
            read = gold.read_newsmtsc if form == "newsmtsc" else gold.read_seesaw_pairs
            return pairs.evaluate(_some(read(path), path, form), settings)
        if work == "linking":
            return linking.evaluate(_some(linking.read_elevant(path), path, form), settings)
        if form == "seesaw":
            return stance.evaluate(_some(gold.read_seesaw(path), path, form), settings, entities_only=True)
        return stance.evaluate(_some(gold.read_stances(path, texts), path, form), settings)
    except KeyError as error:
        raise InputError(str(path), f"a row has no field {error}", f"give a file of the format {form}") from error


def _some(rows: list[Any], path: Path, form: str) -> list[Any]:
    if not rows:
        raise InputError(str(path), f"it holds nothing of the format {form}", "check --gold and --format")
    return rows


def show(scores: Mapping[str, Any]) -> str:
    """The scores as text: numbers first, then curves and causes of errors."""
    lines = []
    for name, value in scores.items():
        if isinstance(value, Mapping) and all(not isinstance(v, Mapping) for v in value.values()):
            if name == "errors":
                lines += ["errors", *(f"  {count:5}  {cause}" for cause, count in value.items())]
            else:
                lines.append(f"{name:18}" + "  ".join(f"{k} {v}" for k, v in value.items()))
        elif isinstance(value, Mapping):
            lines += [name, *(f"  {k:22}" + "  ".join(f"{a} {b}" for a, b in v.items()) for k, v in value.items())]
        elif isinstance(value, list):
            lines += [name, *("  " + "  ".join(f"{k} {v}" for k, v in row.items()) for row in value)]
        else:
            lines.append(f"{name:18}{value}")
    return "\n".join(lines)


def as_json(scores: Mapping[str, Any]) -> str:
    """The scores as one JSON object."""
    return json.dumps(scores, ensure_ascii=False)
