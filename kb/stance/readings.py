"""One possible stance in a parse, and whether the clause puts it forward at all."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Token

from kb import lexicon
from kb.model import Certainty, StanceKind
from kb.syntax import child, is_negated, marker, modal, path_up

_UNREAL = frozenset({"if", "unless", "whether", "lest"})
_UNCERTAIN = frozenset({"may", "might", "could", "can"})
#: verbs that carry a stance noun for their subject: "voiced concern", "has no appetite"
LIGHT_VERBS = frozenset(
    """
    have express voice show declare give offer make raise reiterate repeat state announce face reaffirm feel
    harbour harbor share convey signal register pledge lodge lend win draw
""".split()
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One possible stance: tokens of holder and target, sign, and what the wording adds.

    `as_entity` readings are about the entity at `target` itself, which an aim helps or harms.
    """

    cue: Token
    holder: Token | None
    target: Token
    sign: int
    kind: StanceKind
    weight: float
    negated: bool = False
    conditional: bool = False
    certainty: Certainty = Certainty.CERTAIN
    as_entity: bool = False
    pointer: bool = False  # the target is what was said before ("is in favour")
    judged: bool = False  # a judgement: whoever says the clause holds it


def weigh(
    token: Token,
    holder: Token | None,
    target: Token,
    sign: int,
    kind: StanceKind,
    weight: float,
    negated: bool,
    entity: bool,
) -> Reading:
    verb = modal(token)
    certainty = Certainty.POSSIBLE if verb in _UNCERTAIN else Certainty.CERTAIN
    weight *= 0.5 if verb in _UNCERTAIN else 1.0
    conditional = _is_conditional(token)
    return Reading(
        token, holder, target, sign, kind, weight * (0.9 if conditional else 1), negated, conditional, certainty, entity
    )


def is_asserted(token: Token) -> bool:
    """Whether the clause is put forward at all: not a question, not under "if" or "whether"."""
    if any(t.text == "?" for t in token.sent[-3:]):
        return False
    for node in path_up(token):
        if node.pos_ in ("VERB", "AUX", "ADJ"):
            if marker(node) in _UNREAL or _is_inverted(node):
                return False
            if node.dep_ == "ccomp" and is_negated(node.head) and _says(node.head):
                return False  # "I do not say that every speaker must be welcomed"
            if node.dep_ == "ROOT" or node.dep_ == "relcl":
                return True
    return True


def _is_inverted(verb: Token) -> bool:
    """ "Had he called for it, ...", "Should she refuse, ...": a condition without "if"."""
    subject = child(verb, "nsubj", "nsubjpass")
    if subject is None:
        return False
    first = next((c for c in verb.children if c.dep_ in ("aux", "auxpass")), None)
    return first is not None and first.i < subject.i and first.lower_ in ("had", "should", "were")


def _says(verb: Token) -> bool:
    speech = lexicon.load().speech.get(verb.lemma_.lower())
    return speech is not None and not speech.thinks


def _is_conditional(token: Token) -> bool:
    verb = next((t for t in path_up(token) if t.pos_ in ("VERB", "AUX")), token)
    return any(c.dep_ == "advcl" and marker(c) in ("if", "unless") for c in verb.children)


def is_denied(token: Token) -> bool:
    """Negation of the cue itself, of the verb it hangs on, or of a light verb that carries it."""
    if is_negated(token):
        return True
    head = token.head
    if token.pos_ == "NOUN" and head.lemma_ in LIGHT_VERBS and token.dep_ == "dobj":
        return is_negated(head) or any(c.lower_ in ("no", "little") for c in token.children)
    if token.dep_ == "xcomp" and head.pos_ in ("VERB", "AUX", "ADJ"):
        return is_negated(head) if head.lemma_ in ("be", "seem", "appear", "prove", "remain", "want", "plan") else False
    return False
