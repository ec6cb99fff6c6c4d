"""How two words stand to each other in the parse, as codes that the heads have vectors for.

The encoder reads words; who governs whom is what the parse adds. Codes name where holder and target hang from the word
above both of them, how far, whether the one is the subject of the other's clause, and quotation marks and negation on
the way. Arrays only, so that training (without spaCy) and reading do the same sums.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from spacy.tokens import Doc

Ints = NDArray[np.int64]

_DEPS = (
    "other nsubj nsubjpass dobj dative pobj agent attr acomp oprd xcomp ccomp advcl prep pcomp acl relcl poss appos "
    "conj compound amod npadvmod parataxis advmod ROOT"
).split()
_SAME_AS = {
    **{"csubj": "nsubj", "csubjpass": "nsubjpass", "nmod": "compound", "dep": "parataxis", "nummod": "amod"},
}
_SELF = len(_DEPS)  # the word above both is the word itself
_APART = _SELF + 1  # there is none: another sentence
_GROUPS = _APART + 1
_POS = {"VERB": 1, "AUX": 2, "NOUN": 3, "PROPN": 3, "PRON": 3, "ADJ": 4}
_CUTS = np.array([0, 1, 2, 3, 4, 6])  # edges of path lengths
_LENGTHS = len(_CUTS) + 1
_QUOTES = frozenset('“”"«»')

#: sizes of the slots, in their order; each slot gives one code
_SLOTS = (
    _GROUPS * _GROUPS,  # label of either branch below the word above both
    _GROUPS,  # the left one alone
    _GROUPS,  # the right one alone
    10,  # what the word above both is, denied or not
    _LENGTHS * _LENGTHS,  # steps up to it
    5,  # is left the subject over right, or right over left
    5 * _GROUPS,  # sentences between them, with the left one's label
    4,  # quotation marks around them
    4,  # negation below the word above both
    9,  # active, passive; again as label of the right one's sentence
)
_STARTS = np.concatenate([[0], np.cumsum(_SLOTS)])[:-1]
#: number of codes
CODES = int(sum(_SLOTS))


@dataclass(frozen=True, slots=True)
class Tree:
    """The parse of a window: for each token the token above it (itself for a root), label, kind and marks."""

    above: Ints
    label: Ints
    kind: Ints
    sentence: Ints
    quoted: Ints
    denied: Ints

    def as_row(self) -> dict[str, Any]:
        """For a training item."""
        return {name: getattr(self, name).tolist() for name in Tree.__slots__}

    @classmethod
    def of_row(cls, row: dict[str, Any]) -> Tree:
        """The tree of a training item."""
        return cls(**{name: np.array(row[name], np.int64) for name in cls.__slots__})


def tree_of(doc: Doc, start: int, end: int) -> Tree:
    """The tree of the tokens `[start, end)`, whole sentences; places count from `start`."""
    size = end - start
    above, label, kind, sentence = (np.zeros(size, np.int64) for _ in range(4))
    quoted, denied = np.zeros(size, np.int64), np.zeros(size, np.int64)
    inside = 0
    number = 0
    for n, token in enumerate(doc[start:end]):
        if n and token.is_sent_start:
            number += 1
        if token.text in _QUOTES:
            inside = 1 if token.text in "“«" else 0 if token.text in "”»" else 1 - inside
        head = token.head.i - start
        above[n] = head if 0 <= head < size else n
        name = _SAME_AS.get(token.dep_, token.dep_)
        label[n] = _DEPS.index(name) if name in _DEPS else 0
        kind[n] = _POS.get(token.pos_, 0)
        sentence[n] = number
        quoted[n] = inside
        if token.dep_ == "neg" or token.lower_ in ("no", "never", "neither", "nor"):
            denied[above[n]] = 1
    return Tree(above, label, kind, sentence, quoted, denied)


@dataclass(frozen=True, slots=True)
class Paths:
    """What the codes of all pairs of a tree's words share."""

    tree: Tree
    depth: Ints
    at_depth: Ints  # (words, depths): the word over each at that depth, -1 below itself
    subject: Ints  # the nearest subject over each word, -1 for none
    denials: Ints  # negations from the root down to each word
    passive: Ints  # 1 where a verb is passive, 2 where it names its agent


def paths_of(tree: Tree) -> Paths:
    """Paths from the roots."""
    size = len(tree.above)
    chains: list[list[int]] = []
    for n in range(size):
        chain = [n]
        while tree.above[chain[-1]] != chain[-1] and len(chain) <= size:
            chain.append(int(tree.above[chain[-1]]))
        chains.append(chain[::-1])
    deepest = max((len(c) for c in chains), default=1)
    at_depth = np.full((size, deepest + 1), -1, np.int64)
    denials = np.zeros(size, np.int64)
    for n, chain in enumerate(chains):
        at_depth[n, : len(chain)] = chain
        denials[n] = tree.denied[chain].sum()
    nsubj, nsubjpass, agent = (_DEPS.index(name) for name in ("nsubj", "nsubjpass", "agent"))
    own = np.full(size, -1, np.int64)
    passive = np.zeros(size, np.int64)
    for n in range(size):
        if tree.label[n] in (nsubj, nsubjpass):
            own[tree.above[n]] = n
        if tree.label[n] == nsubjpass:
            passive[tree.above[n]] = max(1, passive[tree.above[n]])
        if tree.label[n] == agent:
            passive[tree.above[n]] = 2
    subject = np.full(size, -1, np.int64)
    for n, chain in enumerate(chains):
        over = [own[c] for c in chain[:-1] if own[c] >= 0 and own[c] not in chain]
        subject[n] = over[-1] if over else -1
    return Paths(tree, np.array([len(c) - 1 for c in chains], np.int64), at_depth, subject, denials, passive)


def relations(paths: Paths, left: Ints, right: Ints) -> Ints:
    """Codes for pairs of words, (n, slots); a word of -1 is the author, who stands nowhere."""
    tree = paths.tree
    author = left < 0
    a, b = np.where(author, right, left), right
    # the author stands over the root of the sentence
    shared = (paths.at_depth[a] == paths.at_depth[b]) & (paths.at_depth[a] >= 0)
    meet = np.where(author, 0, shared.sum(1) - 1)
    apart = meet < 0
    over = paths.at_depth[a, np.maximum(meet, 0)]

    def branch(word: Ints) -> Ints:
        below = paths.at_depth[word, np.minimum(meet + 1, paths.at_depth.shape[1] - 1)]
        here = np.where(below >= 0, tree.label[below], _SELF)
        return np.where(apart, _APART, here)

    x = np.where(author, _SELF, branch(a))
    y = branch(b)
    steps_a = np.where(author | apart, 0, paths.depth[a] - meet)
    steps_b = np.where(apart, paths.depth[b], paths.depth[b] - meet)
    lengths = np.searchsorted(_CUTS, steps_a) * _LENGTHS + np.searchsorted(_CUTS, steps_b)
    subject = np.select(
        [author & (paths.subject[b] < 0), author, paths.subject[b] == a, paths.subject[a] == b], [0, 1, 2, 3], 4
    )
    between = np.where(author, 0, np.clip(tree.sentence[b] - tree.sentence[a], -2, 2)) + 2
    denied = (paths.denials[b] - np.where(apart, 0, paths.denials[over]) > 0).astype(np.int64)
    denied_left = np.where(author | apart, 0, (paths.denials[a] - paths.denials[over] > 0).astype(np.int64))
    slots = (
        x * _GROUPS + y,
        x,
        y,
        np.where(apart, 0, tree.kind[over]) * 2 + np.where(apart, 0, tree.denied[over]),
        lengths,
        subject,
        between * _GROUPS + np.where(author, _SELF, tree.label[a]),
        np.where(author, 0, tree.quoted[a]) * 2 + tree.quoted[b],
        denied_left * 2 + denied,
        np.where(apart, 0, paths.passive[over]) * 3 + paths.passive[tree.above[b]],
    )
    found: Ints = np.stack(slots, axis=1) + _STARTS
    return found


def cue_head(paths: Paths, start: int, end: int) -> int:
    """The word of a cue `[start, end)` that governs the others: the highest one, the first of several."""
    return int(start + paths.depth[start:end].argmin())
