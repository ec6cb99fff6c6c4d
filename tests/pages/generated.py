"""A base of invented articles, large and odd enough to try pages on, made without reading anything.

Articles and stances are values of `kb.model`, written by `kb.knowledge`, so the RDF is what the pipeline would write.
The same number and seed give the same base. To look at it:

    python -m tests.pages.generated FOLDER && kb serve --store FOLDER
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

import pyoxigraph as ox

from kb import reviews
from kb.iris import Minter
from kb.knowledge import Knowledge
from kb.linking.names import slug
from kb.model import (
    Agent,
    AgentKind,
    Article,
    Block,
    BlockKind,
    Certainty,
    DateBasis,
    Entity,
    EntityType,
    Extraction,
    Mention,
    MentionForm,
    Polarity,
    Span,
    SpeechMode,
    Stance,
    StanceKind,
    Target,
    TargetKind,
    Voice,
)
from kb.settings import Settings
from kb.store import EmbeddedStore
from kb.store.base import Store
from tests.pages.world import MARKUP, Topic, World, facts, make_world

SEED = 20230517
ARTICLES = 1000
TITLES = ("<script>", f"{MARKUP} & “quotes”", '"><img src=x onerror=alert(1)>')
_FIRST_DAY = date(2021, 1, 4)
_DAYS = 3 * 365
_STAR = 5  # sentences of each article that the star is in; of every third one more
_OTHERS = (1, 2)  # further sentences, least and most

_DID = {
    Polarity.SUPPORT: ("backed", "stood by", "praised", "came out for", "spoke up for", "put their name to"),
    Polarity.OPPOSE: ("came out against", "warned of", "fought", "rejected", "spoke out against", "called a halt to"),
    Polarity.NEUTRAL: ("had no view on", "would not be drawn on", "took no side on", "kept out of the row over"),
    Polarity.MIXED: ("half welcomed", "saw good and bad in", "was of two minds about"),
}
_WHEN = ("on market day", "before the vote", "at the ferry landing", "in a letter", "late at night", "over breakfast")
_SAID = {
    Polarity.SUPPORT: ("“We stand by ", "“I would vote for ", "“Nothing has helped this valley more than "),
    Polarity.OPPOSE: ("“We want no part of ", "“I have had enough of ", "“No good will come of "),
    Polarity.NEUTRAL: ("“I have nothing to say about ", "“It is not for us to judge "),
    Polarity.MIXED: ("“I like half of what I hear of ", "“Ask me twice about "),
}
_FROM = (" and told the paper so", " and had it put in the minutes", ", with the tide tables in hand", "")
_WHO = ("a senior official of ", "an aide to ", "two people close to ", "a diplomat from ", "a former adviser of ")
_RELAY = {
    SpeechMode.INDIRECT_SPEECH: ("as ", " told it"),
    SpeechMode.HEARSAY: ("if ", " is to be believed"),
    SpeechMode.RELAYS_REPORT: ("by the account of ", ""),
    SpeechMode.PARAPHRASE: ("in the words of ", " more or less"),
}
_HEADS = ("{0}: the row that will not end", "Who is with {0} now", "Another week of {0}", "{0} and the price of water")
_WRITERS = ("Tilda Marrow", "Joss Averin", "Pell Hanneck", "Rowan Oskar-Lind", "Mirel Dast", "Kit Sarnoway")


@dataclass(slots=True)
class _Sheet:
    """A text that grows, and who is mentioned where."""

    text: str = ""
    mentions: list[Mention] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    named: set[Entity] = field(default_factory=set)

    def write(self, *pieces: str | Entity | Topic) -> list[Span]:
        """Append; returns the place of each piece."""
        spans = []
        for piece in pieces:
            start = len(self.text)
            if isinstance(piece, Topic):
                self.write(*piece.pieces)
            elif isinstance(piece, Entity):
                self.text += piece.name
                label = "PERSON" if piece.type is EntityType.PERSON else "ORG"
                span = Span(start, len(self.text))
                if piece not in self.named:  # the first place is enough for what pages show
                    self.mentions.append(Mention(span, piece.name, label, MentionForm.NAME, piece))
                    self.named.add(piece)
            else:
                self.text += piece
            spans.append(Span(start, len(self.text)))
        return spans

    def close(self, start: int, kind: BlockKind, label: str = "") -> None:
        """End a block that began at `start`."""
        self.blocks.append(Block(Span(start, len(self.text)), kind, label))
        self.text += "\n\n"


def extractions(world: World, random: Random, articles: int = ARTICLES) -> Iterator[Extraction]:
    """The articles with what they say, in the order in which they were printed."""
    earlier: list[Extraction] = []
    for number in range(articles):
        if number % 17 == 16:
            made = _reprint(random.choice(earlier[-40:]), number, world, random)
        else:
            made = _Reading(world, random, number, articles).extraction()
            earlier.append(made)
        yield made


def write(store: Store, settings: Settings, articles: int = ARTICLES, seed: int = SEED) -> World:
    """Write a generated base: articles, facts, reviews; returns who is in it."""
    random = Random(seed)
    world = make_world(random)
    knowledge = Knowledge(store, settings)
    for _ in knowledge.add(extractions(world, random, articles)):
        pass
    store.load(facts(world, knowledge.minter, random))
    _review(store, knowledge.minter)
    return world


def _review(store: Store, minter: Minter) -> None:
    """Some stances are taken back, others confirmed or disputed."""
    answer = store.query(
        "PREFIX st: <https://w3id.org/stancekb/ns#> SELECT ?s WHERE { ?s a st:Stance ; st:audience st:PublicData }"
    )
    assert isinstance(answer, ox.QuerySolutions)
    found = sorted(str(row["s"].value) for row in answer)
    for n, stance in enumerate(found[:: max(1, len(found) // 40)]):
        status, reason = (("retracted", f"The paper took {MARKUP} back."), ("confirmed", "Read twice."))[n % 2]
        status = "disputed" if n % 5 == 4 else status
        reviews.review(store, minter, stance, status, reason, "A. Reader", date(2024, 1, 1))


def _reprint(first: Extraction, number: int, world: World, random: Random) -> Extraction:
    """The same text in another paper, some days later."""
    article, publisher = first.article, random.choice(world.outlets)
    day = date.fromisoformat(article.date) + timedelta(3) if len(article.date) == 10 else None
    copy = replace(
        article,
        id=f"{slug(publisher.name)}-{number:04}",
        publisher=publisher.name,
        original_publisher=article.publisher,
        url=f"https://reprint.example/{number}",
        date=day.isoformat() if day else article.date,
    )
    return replace(first, article=copy, publisher=publisher, original_publisher=first.publisher)


class _Reading:
    """One article."""

    def __init__(self, world: World, random: Random, number: int, articles: int) -> None:
        self.world, self.random, self.number = world, random, number
        self.sheet = _Sheet()
        self.stances: list[Stance] = []
        self.outlet = random.choice(world.outlets)
        self.star = _STAR + (number % 3 == 0)
        day = _FIRST_DAY + timedelta(number * _DAYS // articles)
        self.date = day.isoformat() if number % 97 else day.isoformat()[: random.choice((0, 4, 7))]
        # The first ones count most, the last ones are hardly ever named.
        known = world.known
        self.cast = [known[min(int(random.paretovariate(0.8)) - 1, len(known) - 1)] for _ in range(5)]
        self.cast.append(known[number % len(known)])
        self.titles = dict(enumerate(TITLES, 3))

    def extraction(self) -> Extraction:
        """The article and its stances."""
        random, sheet = self.random, self.sheet
        title = self.titles.get(self.number) or random.choice(_HEADS).format(random.choice(self.cast).name)
        sheet.write(title)
        sheet.close(0, BlockKind.HEADLINE)
        start = len(sheet.text)
        for n in range(self.star + random.randint(*_OTHERS)):
            self.sentence(n)
            if n % 3 == 2:
                sheet.close(start, BlockKind.BODY)
                start = len(sheet.text)
            else:
                sheet.text += " "
        if len(sheet.text) > start:
            sheet.close(start, BlockKind.BODY)
        if self.number % 9 == 0:
            for n in range(1, random.randint(2, 4)):
                self.comment(n)
        writer = random.choice(_WRITERS) if random.random() < 0.8 else ""
        article = Article(
            id=f"{slug(self.outlet.name)}-{self.number:04}" if self.number != 7 else 'odd "id" / <7> ü',
            text=sheet.text.rstrip(),
            title=title,
            authors=(writer,) if writer else (),
            date=self.date,
            publisher=self.outlet.name,
            url=f"https://news.example/{self.number}?a=1&b=2",
            blocks=tuple(sheet.blocks),
        )
        author = Agent(writer or self.outlet.name, AgentKind.AUTHOR)
        if writer:
            author = replace(author, entity=Entity(slug(writer), writer, EntityType.PERSON))
        mentions = tuple(sorted(sheet.mentions, key=lambda m: m.span))
        assert all(m.span.of(article.text) == m.text for m in mentions)
        return Extraction(article, author, mentions, tuple(self.stances), self.outlet)

    def sentence(self, n: int) -> None:
        """One sentence and its stance; the star holds the first ones in turn with being their target."""
        random, star = self.random, self.world.star
        holder: Entity = random.choice(self.cast)
        target: Entity | Topic = random.choice(self.cast)
        if n < self.star:
            holder, target = (star, target) if n % 2 else (holder, star)
        elif n == self.star:
            target = self.world.topics[self.number % len(self.world.topics)]
        elif random.random() < 0.5:
            target = self.world.topics[min(int(random.paretovariate(0.5)) - 1, len(self.world.topics) - 1)]
        if random.random() < 0.1 and n % 2 == 0:
            agent, named = self.unnamed(holder), (random.choice(_WHO), holder)
        else:
            agent, named = Agent(holder.name, AgentKind.ENTITY, holder), (holder,)
        self.stance(agent, named, target)

    def unnamed(self, of: Entity) -> Agent:
        """Somebody of whom only this is said."""
        return Agent(self.random.choice(_WHO) + of.name, AgentKind.UNNAMED, affiliation=of)

    def stance(self, holder: Agent, named: tuple[str | Entity, ...], target: Entity | Topic) -> None:
        """A sentence with 0 to 4 voices before the one who holds the stance, in speech or reported."""
        random, sheet, start = self.random, self.sheet, len(self.sheet.text)
        polarity = random.choices(list(_DID), (4, 4, 1, 1))[0]
        if holder.affiliation is not None:
            named = (holder.name.removesuffix(holder.affiliation.name), holder.affiliation)
        chain: list[Voice] = []
        for n in range(random.choices(range(5), (10, 5, 2, 1, 1))[0]):
            mode = random.choice(list(_RELAY))
            before, after = _RELAY[mode]
            by = random.choice(self.cast)
            agent = self.unnamed(by) if random.random() < 0.4 else Agent(by.name, AgentKind.ENTITY, by)
            speaker = (agent.name.removesuffix(by.name), by)
            cue, *_ = sheet.write(before.capitalize() if n == 0 else before, *speaker, after, ", ")
            chain.append(Voice(agent, mode, cue, random.random() < 0.15))
        if random.random() < 0.4:
            *_, cue = sheet.write(random.choice(_SAID[polarity]), target, ",” ", *named, " said")
            chain.append(Voice(holder, random.choice((SpeechMode.DIRECT_QUOTE, SpeechMode.MIXED_QUOTE)), cue))
        else:
            *_, cue, _, _ = sheet.write(*named, f" {random.choice(_DID[polarity])}", " ", target)
        sheet.write(f" {random.choice(_WHEN)}{random.choice(_FROM)}, {random.randint(2, 90)} days after the flood.")
        told = random.random()
        self.stances.append(
            Stance(
                holder=holder,
                target=_target(target),
                polarity=polarity,
                kind=random.choice(list(StanceKind)),
                certainty=random.choice(list(Certainty)),
                evidence=Span(start, len(sheet.text)),
                confidence=round(random.uniform(0.55, 0.99), 4),
                chain=tuple(chain),
                cue=Span(cue.start + 1, cue.end) if random.random() < 0.5 else None,
                negated=random.random() < 0.1,
                conditional=random.random() < 0.1,
                date=self.date[:7] if told < 0.1 else "",
                date_basis=DateBasis.TEXT if told < 0.1 else DateBasis.ARTICLE,
            )
        )

    def comment(self, n: int) -> None:
        """What a reader wrote below: restricted."""
        start, label = len(self.sheet.text), f"reader comment {n}"
        target = self.random.choice(self.cast)
        self.sheet.write("I for one am done with ", target, ", whatever the paper says.")
        span = Span(start, len(self.sheet.text))
        agent = Agent(label, AgentKind.COMMENT)
        opposed = (Polarity.OPPOSE, StanceKind.EVALUATION, Certainty.CERTAIN)
        self.stances.append(Stance(agent, _target(target), *opposed, span, 0.8))
        self.sheet.close(start, BlockKind.COMMENT, label)


def _target(target: Entity | Topic) -> Target:
    if isinstance(target, Topic):
        return Target(TargetKind.PROPOSITION, target.name, about=target.about)
    return Target(TargetKind.ENTITY, target.name, target)


def main() -> None:
    """Write the base to the folder named on the command line; a number after it says how many articles."""
    if len(sys.argv) < 2:
        raise SystemExit("usage: python -m tests.pages.generated FOLDER [ARTICLES]")
    with EmbeddedStore(sys.argv[1]) as store:
        write(store, Settings(model="rules"), int(sys.argv[2]) if len(sys.argv) > 2 else ARTICLES)


if __name__ == "__main__":
    main()
