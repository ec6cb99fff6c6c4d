"""The word lists in `kb/lexicons/`, read once: stance cues, evaluations, effects, speech verbs, agent nouns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kb.errors import ResourceError
from kb.model import Certainty, StanceKind

_FOLDER = Path(__file__).parent / "lexicons"
_SIGN = {"+": 1, "-": -1, "0": 0}


@dataclass(frozen=True, slots=True)
class Cue:
    """One stance cue. `frames` say where its target stands (see the head of `stance.tsv`); `sign` is +1, -1 or 0."""

    lemma: str
    pos: str
    frames: frozenset[str]
    sign: int
    kind: StanceKind
    weight: float

    def prepositions(self, frame: str) -> frozenset[str]:
        """The prepositions P for which the cue has `frame:P`."""
        return frozenset(f.partition(":")[2] for f in self.frames if f.startswith(frame + ":"))


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A word that judges: `sign` +1 or -1, `strength` 1 (weak) to 3 (in any context)."""

    sign: int
    strength: int


@dataclass(frozen=True, slots=True)
class Speech:
    """A reporting verb: how sure the source is presented, and whether it says or thinks."""

    certainty: Certainty
    thinks: bool


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All word lists. Keys are lemmas, with "verb_particle" where a particle belongs to the verb."""

    cues: dict[tuple[str, str], tuple[Cue, ...]]
    neutral: dict[tuple[str, str], frozenset[str]]
    evaluations: dict[tuple[str, str], Evaluation]
    effects: dict[str, int]
    effect_nouns: dict[str, int]
    speech: dict[str, Speech]
    agents: frozenset[str]
    titles: frozenset[str]
    bodies: frozenset[str]
    genders: dict[str, str]  # given name -> "f" or "m"


def _rows(name: str, columns: int) -> Iterator[list[str]]:
    path = _FOLDER / name
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ResourceError(f"lexicon {name} cannot be read ({error}); reinstall stancekb") from error
    for number, line in enumerate(lines, 1):
        if not line or line.startswith("#"):
            continue
        row = line.split("\t")
        if len(row) != columns:
            raise ResourceError(f"lexicon {name} line {number}: {len(row)} columns instead of {columns}; mend the line")
        yield row


@lru_cache(maxsize=1)
def load() -> Lexicon:
    """Read the lists that ship with the package.

    Raises:
        ResourceError: a list is missing or a line of it is malformed.
    """
    cues: dict[tuple[str, str], list[Cue]] = defaultdict(list)
    for lemma, pos, frames, sign, kind, weight in _rows("stance.tsv", 6):
        cue = Cue(lemma, pos, frozenset(frames.split(",")), _SIGN[sign], StanceKind(kind), float(weight))
        cues[lemma, pos].append(cue)
    effects, nouns = {}, {}
    for lemma, sign, noun in _rows("effects.tsv", 3):
        effects[lemma] = _SIGN[sign]
        if noun != "-":
            nouns[noun] = _SIGN[sign]
    agents, titles, bodies = set(), set(), set()
    for row in _rows("agents.txt", 1):
        noun, _, sort = row[0].partition(" ")
        agents.add(noun)
        if sort == "title":
            titles.add(noun)
        elif sort == "body":
            bodies.add(noun)
    genders = {}
    for row in _rows("given_names.txt", 1):
        gender, *names = row[0].split()
        genders.update(dict.fromkeys(names, gender))
    return Lexicon(
        cues={key: tuple(found) for key, found in cues.items()},
        neutral={(r[0], r[1]): frozenset(r[2].split(",")) for r in _rows("neutral.tsv", 3)},
        evaluations={(r[0], r[1]): Evaluation(_SIGN[r[2]], int(r[3])) for r in _rows("evaluation.tsv", 4)},
        effects=effects,
        effect_nouns=nouns,
        speech={r[0]: Speech(Certainty(r[1]), r[2] == "think") for r in _rows("speech.tsv", 3)},
        agents=frozenset(agents),
        titles=frozenset(titles),
        bodies=frozenset(bodies),
        genders=genders,
    )
