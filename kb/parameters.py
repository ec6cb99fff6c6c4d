"""Parameters of a question as words of the command line."""

from __future__ import annotations

from collections.abc import Sequence

from kb.errors import UsageError


def parse_parameters(words: Sequence[str]) -> dict[str, str]:
    """ "--target Q159 --limit=5" -> {"target": "Q159", "limit": "5"}.

    Raises:
        UsageError: a parameter has no value.
    """
    found: dict[str, str] = {}
    at = 0
    while at < len(words):
        name, equals, value = words[at].removeprefix("--").partition("=")
        if not words[at].startswith("--") or (not equals and at + 1 == len(words)):
            raise UsageError(f"{words[at]!r} is no parameter with a value; write --target Q159")
        if not equals:
            at += 1
            value = words[at]
        found[name] = value
        at += 1
    return found
