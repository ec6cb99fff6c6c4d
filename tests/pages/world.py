"""An invented world for tests: outlets, people, parties, countries, things to be for or against, and facts of them.

All names are made of invented syllables or are there to break pages: markup, quotes, right-to-left scripts, names that
are too long. The same seed gives the same world.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from random import Random

import pyoxigraph as ox

from kb.iris import Minter
from kb.linking.names import slug
from kb.model import Candidate, Entity, EntityLink, EntityType, LinkStatus
from kb.triples import Triples
from kb.wikidata.facts import add_facts, add_names
from tests.pages.claims import claim, text

MARKUP = "<script>alert(1)</script>"
HOSTILE = (
    (MARKUP, EntityType.PERSON),
    ('Ilse "Nan" O\'Dwell & Daughters', EntityType.ORGANISATION),
    ("<img src=x onerror=alert(2)>", EntityType.ORGANISATION),
    ("وردان الهاشلي", EntityType.PERSON),
    ("مجلس نهر سلوان", EntityType.ORGANISATION),
    ("אורין בר־טלמון", EntityType.PERSON),
    ("تارم (Tarm) & אלון-3", EntityType.PLACE),
    (
        "Standing Joint Commission for the Supervision, Repair and Gradual Replacement of Bridges, Ferries, Fords and "
        "Other Crossings of the Lower Velm and Its Tributaries, Second Chamber, Subcommittee on Tolls",
        EntityType.ORGANISATION,
    ),
    ("Velmufergrundstückseigentümerversammlungsvorsitzendenstellvertreterinnenkonferenz", EntityType.ORGANISATION),
    ("{{ 7 * 7 }} ${alert(3)} %(name)s", EntityType.OTHER),
)
OUTLETS = (
    ("The Velm Courier", True),
    ("Harrow Morning Post", True),
    ("Ostrim Observer", True),
    ("Calder & Quay", True),
    ("The Long Pier", False),
    ("Tarn Valley Record", True),
    ("Nordgate Dispatch", True),
    ("El Faro de Marvas", False),
    ("Seven Weirs Weekly", True),
    ("Brack Street Journal of Affairs", False),
    ('The "Free" Sentinel', False),
    ("صوت سلوان", True),
)
_FIRST = "Ilvane Corren Maditt Osla Tevrin Brannoc Quille Sabet Hervik Nolla Darrick Ymena Pelline-Ann Liss Gorman"
_SUR_A = "Torr Velm Ash Quar Brod Lind Marv Osk Hal Tind Crev Sarn Dulk Fenn Gast"
_SUR_B = "ask orin ekker aldane ussen ivar omby erstad igan ollet ane ubeck aris oddin"
_LAND_A = "Vel Mar Ost Tarn Cal Dre Nor Bry Sal Hes"
_LAND_B = "mia vas rand dovia thene"
_FIELDS = "Harbour Water Rail Farm Miners Schools Housing Forest Tax Energy Teachers Fishing"
_BODIES = "Union Council Institute Board Alliance Agency"
_PARTIES = (
    "Reed Party",
    "Common Quay",
    "Union of the Weirs",
    "Harrow First",
    "Labour of Velmia",
    "The Lanterns",
    "Civic Bridge",
    "Old Charter Party",
)
_OFFICES = ("president of the Velmian Council", "minister of water", "mayor of Ostrim", "member of the Long House")
_JOBS = ("politician", "engineer", "union leader")
_DOINGS = (
    "reopening the {0} line to ",
    "a toll on the {0} bridge at ",
    "dredging the {0} harbour of ",
    "a ban on {0} nets off ",
    "longer hours for the {0} schools of ",
    "selling the {0} waterworks to ",
    "a truce on {0} prices with ",
    "an inquiry into the {0} contract of ",
    "the {0} budget put forward by ",
)
_WHICH = "northern old second winter shared private lower disputed new"


@dataclass(frozen=True, slots=True)
class Topic:
    """A proposition: its wording in pieces, texts and the entities it is about."""

    pieces: tuple[str | Entity, ...]

    @property
    def name(self) -> str:
        """The wording."""
        return "".join(piece if isinstance(piece, str) else piece.name for piece in self.pieces)

    @property
    def about(self) -> tuple[Entity, ...]:
        """The entities, in order."""
        return tuple(piece for piece in self.pieces if isinstance(piece, Entity))


@dataclass(slots=True)
class World:
    """Everybody and everything there is. `star` has most of the stances; `known` are those that stances speak of."""

    star: Entity
    outlets: list[Entity] = field(default_factory=list)
    people: list[Entity] = field(default_factory=list)
    bodies: list[Entity] = field(default_factory=list)
    parties: list[Entity] = field(default_factory=list)
    countries: list[Entity] = field(default_factory=list)
    hostile: list[Entity] = field(default_factory=list)
    topics: list[Topic] = field(default_factory=list)

    @property
    def known(self) -> list[Entity]:
        """The star is not among them."""
        some = [e for pair in zip(self.people, self.bodies, strict=False) for e in pair]  # mixed: the first count most
        rest = self.people[len(self.bodies) :]
        return [*some[:20], *self.hostile, *self.parties, *some[20:], *self.countries, *rest]


def make_world(random: Random, people: int = 230, bodies: int = 110, topics: int = 150) -> World:
    """The world of a seed."""
    numbers = count(990_000_001)
    world = World(_entity("Ilvane Torrask", EntityType.PERSON, f"Q{next(numbers)}", random))
    for name, linked in OUTLETS:
        world.outlets.append(_entity(name, EntityType.MEDIA, f"Q{next(numbers)}" if linked else "", random))
    for name in _PARTIES:
        world.parties.append(_entity(name, EntityType.ORGANISATION, f"Q{next(numbers)}", random))
    for name in _some((a + b for a in _LAND_A.split() for b in _LAND_B.split()), 24, random):
        world.countries.append(_entity(name, EntityType.COUNTRY, f"Q{next(numbers)}", random))
    surnames = [a + b for a in _SUR_A.split() for b in _SUR_B.split()]
    whole = (f"{first} {last}" for first in _FIRST.split() for last in surnames)
    for name in _some((n for n in whole if n != world.star.name), people, random):
        qid = f"Q{next(numbers)}" if random.random() < 0.6 else ""
        world.people.append(_entity(name, EntityType.PERSON, qid, random))
    kinds = (EntityType.ORGANISATION, EntityType.ORGANISATION, EntityType.GROUP, EntityType.PLACE, EntityType.EVENT)
    places = [country.name for country in world.countries]
    titles = (f"{place} {of} {body}" for place in places for of in _FIELDS.split() for body in _BODIES.split())
    for name in _some(titles, bodies, random):
        qid = f"Q{next(numbers)}" if random.random() < 0.4 else ""
        world.bodies.append(_entity(name, random.choice(kinds), qid, random))
    for name, kind in HOSTILE:
        world.hostile.append(_entity(name, kind, f"Q{next(numbers)}" if random.random() < 0.5 else "", random))
    world.topics.extend(_topics(world, topics, random))
    return world


def facts(world: World, minter: Minter, random: Random) -> list[ox.Quad]:
    """What Wikidata would say: citizenship, party and office with days of people, a class and a country of others."""
    triples, graph = Triples(), minter.wikidata_graph
    offices = {name: f"Q{980_000_001 + n}" for n, name in enumerate((*_OFFICES, *_JOBS, "human", "party", "country"))}
    for name, qid in offices.items():
        add_names(triples, graph, {"id": qid, "labels": text(name)})
    for person in (world.star, *world.people, *world.hostile):
        if not person.qid or person.type is not EntityType.PERSON:
            continue
        home = world.countries[min(int(random.expovariate(0.4)), 8)]
        claims = {"P31": [claim(person.qid, 1, offices["human"])], "P27": [claim(person.qid, 2, str(home.qid))]}
        claims["P106"] = [claim(person.qid, 3, offices[random.choice(_JOBS)])]
        if random.random() < 0.8:
            party = world.parties[min(int(random.expovariate(0.5)), len(world.parties) - 1)]
            claims["P102"] = [claim(person.qid, 4, str(party.qid), f"{random.randint(1995, 2019)}-01-01")]
        if person is world.star or random.random() < 0.4:
            first = random.choice(_OFFICES)
            ends = f"{random.randint(2021, 2022)}-06-30"
            claims["P39"] = [claim(person.qid, 5, offices[first], f"{random.randint(2012, 2020)}-07-01", ends)]
            claims["P39"].append(claim(person.qid, 6, offices[random.choice(_OFFICES)], ends))
        said = f"politician of {home.name}"
        item = {"id": person.qid, "labels": text(person.name), "descriptions": text(said), "claims": claims}
        add_facts(triples, graph, item)
    for things, kind in ((world.parties, "party"), (world.countries, "country")):
        for thing in things:
            claims = {"P31": [claim(str(thing.qid), 1, offices[kind])]}
            if kind == "party":
                claims["P17"] = [claim(str(thing.qid), 2, str(random.choice(world.countries[:3]).qid))]
            add_facts(triples, graph, {"id": thing.qid, "labels": text(thing.name), "claims": claims})
    return triples.quads()[graph]


def _entity(name: str, kind: EntityType, qid: str, random: Random) -> Entity:
    if qid:
        sure = round(random.uniform(0.75, 0.99), 2)
        link = EntityLink(LinkStatus.ACCEPTED, qid, sure, (Candidate(qid, name, sure),))
    elif kind is EntityType.PERSON and random.random() < 0.2:
        rivals = tuple(Candidate(f"Q{970_000_000 + random.randrange(9999)}", f"{name} ({n})", 0.4) for n in (1, 2))
        link = EntityLink(LinkStatus.AMBIGUOUS, None, 0.4, rivals)
    else:
        link = EntityLink(LinkStatus.NIL, None, 0.9)
    return Entity(slug(name), name, kind, link)


def _topics(world: World, number: int, random: Random) -> Iterator[Topic]:
    seen: set[str] = set()
    for hostile in world.hostile:
        yield Topic(("a seat for ", hostile, " at the spring talks"))
    while len(seen) < number - len(world.hostile):
        about = random.choice([world.star, *world.bodies, *world.countries, *world.people[:30]])
        pieces: list[str | Entity] = [random.choice(_DOINGS).format(random.choice(_WHICH.split())), about]
        if random.random() < 0.2:
            pieces += [" against the wishes of ", random.choice(world.parties)]
        topic = Topic(tuple(pieces))
        if topic.name not in seen:
            seen.add(topic.name)
            yield topic


def _some(names: Iterator[str], number: int, random: Random) -> Sequence[str]:
    found = list(names)
    random.shuffle(found)
    return found[:number]
