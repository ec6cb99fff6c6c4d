"""From what a request calls a thing (name, key, QID, IRI) to the one IRI that is meant, or to what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence

from kb.web import catalogue
from kb.web.gathering import Kind
from kb.web.problems import AmbiguousName, not_found
from kb.web.tables import Tables

_SHOWN = 10  # things of the same name that a problem tells apart
_LIKE = 3  # names that a problem offers where there is none

#: Who may hold a stance: an unnamed source only where no entity has the name.
HOLDER = ((Kind.ENTITY,), (Kind.SOURCE,))
TARGET = ((Kind.ENTITY, Kind.PROPOSITION),)
SOURCE = ((Kind.SOURCE,), (Kind.ENTITY,))
ENTITY = ((Kind.ENTITY,),)


def iri_of(tables: Tables, parameter: str, text: str, kinds: Sequence[Sequence[Kind]]) -> str:
    """The IRI of what the parameter names, "" where it is empty.

    Args:
        parameter: its name, for the problem.
        kinds: what it may be; those together in which a name has to be the only one, the first that has it counts.

    Raises:
        AmbiguousName: several things have the name; the message lists them.
        UsageError: the IRI is none.
        ProblemError: nothing has it.
    """
    if not text:
        return ""
    every = [kind for group in kinds for kind in group]
    for kind in every:
        number = tables.find(kind, text)
        if number is not None:
            return tables[kind].iri(number)
    if "://" in text:
        return catalogue.checked(text, parameter)
    for group in kinds:
        called = [(kind, number) for kind in group for number in tables[kind].called(text)]
        if len(called) == 1:
            return tables[called[0][0]].iri(called[0][1])
        if called:
            raise _ambiguous(tables, parameter, text, called)
    raise _unknown(tables, parameter, text, every)


def _ambiguous(tables: Tables, parameter: str, text: str, called: list[tuple[Kind, int]]) -> AmbiguousName:
    choices = []
    for kind, number in called[:_SHOWN]:
        thing = tables[kind].thing(number)
        stances = f"{thing.held + thing.towards} stances"
        choices.append(
            (thing.key, ", ".join(part for part in (str(kind), thing.qid, thing.description, stances) if part))
        )
    said = [f"{key} ({about})" for key, about in choices]
    if len(called) > _SHOWN:
        said.append(f"and {len(called) - _SHOWN} more")
    message = f"{parameter}: {text!r} is the name of {len(called)} things; give one of their ids: {'; '.join(said)}"
    return AmbiguousName(message, parameter, choices)


def _unknown(tables: Tables, parameter: str, text: str, kinds: Sequence[Kind]) -> Exception:
    step = f"Search by name with /complete?kind={kinds[0]}&q= or /entities?fuzzy=true&q=, and use the 'id' it gives."
    like = [tables[kind].thing(hit.number) for kind in kinds for hit in tables[kind].alike(text, _LIKE)[0]]
    if like:
        step = f"Is it one of {'; '.join(f'{thing.label} ({thing.key})' for thing in like[:_LIKE])}? {step}"
    return not_found(f"{' or '.join(kinds)} (parameter {parameter})", text, step)
