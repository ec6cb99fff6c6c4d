"""What a stance is towards: an entity itself, or a proposition in the article's own words."""

from __future__ import annotations

import pytest

from tests.reading import read, stances


@pytest.mark.parametrize(
    ("sentence", "kind", "name", "about"),
    [
        ("Mara Holt admires Jonas Reed.", "entity", "Jonas Reed", []),
        ("Mara Holt rejected Norway's offer.", "proposition", "Norway's offer", ["Norway"]),
        ("Mara Holt opposes sanctions against Russia.", "proposition", "sanctions against Russia", ["Russia"]),
        ("Mara Holt rejected the offer (made on Monday) and left.", "proposition", "offer", []),
        ("Mara Holt opposes the bridge, which was built by Norway, and left.", "proposition", "bridge", []),
    ],
)
def test_entity_or_proposition(sentence: str, kind: str, name: str, about: list[str]) -> None:
    (stance,) = read(sentence).stances
    target = stance.target
    assert (target.kind, target.name, [entity.name for entity in target.about]) == (kind, name, about)
    assert (target.entity is None) == (kind == "proposition")


def test_a_rejected_offer_is_no_stance_on_who_made_it() -> None:
    assert all(target != "Norway" for _, _, target in stances("Mara Holt rejected Norway's offer."))


def test_it_is_the_proposition_stated_before() -> None:
    assert ("Jonas Reed", "oppose", "tunnel") in stances("Mara Holt proposed a tunnel. Jonas Reed rejected it.")
    assert ("Cabin crew", "oppose", "tunnel") in stances("Mara Holt proposed a tunnel. Cabin crew are opposed.")


def test_joined_targets_are_targets_of_their_own() -> None:
    assert stances("Mara Holt supports Jonas Reed and the bridge.") == [
        ("Mara Holt", "support", "Jonas Reed"),
        ("Mara Holt", "support", "bridge"),
    ]


@pytest.mark.parametrize("object", ["it", "everything", "nothing", "the thing", "300 of them", "this"])
def test_what_could_be_anything_is_no_target(object: str) -> None:
    assert stances(f"Mara Holt opposes {object}.") == []


def test_nobody_has_a_stance_on_themselves() -> None:
    assert stances("Mara Holt praised herself. Norway criticised Norway.") == []


def test_a_target_s_name_has_no_leading_article_nor_trailing_clause() -> None:
    found = stances("Mara Holt rejected the long bridge over the Brill, which nobody needs.")
    assert found == [("Mara Holt", "oppose", "long bridge over the Brill")]
