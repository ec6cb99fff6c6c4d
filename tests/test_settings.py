"""Settings come from the environment, and a wrong one is named with what would be right."""

from __future__ import annotations

import pytest

from kb import settings
from kb.errors import SettingError


def test_defaults_without_any_variable() -> None:
    assert settings.load({}) == settings.Settings()


def test_values_take_the_type_of_their_default() -> None:
    found = settings.load({"KB_QUOTE_LIMIT": "120", "KB_PUBLIC": "no", "KB_STORE": "elsewhere"})
    assert (found.quote_limit, found.public, found.store) == (120, False, "elsewhere")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KB_QUOTE_LIMIT", "0"),
        ("KB_PUBLIC", "perhaps"),
        ("KB_MODEL", "huge"),
        ("KB_BASE_IRI", "https://example.org"),
        ("KB_LOG_LEVEL", "loud"),
        ("KB_SHUTDOWN_SECONDS", "0"),
        ("KB_TRUSTED_PROXIES", "*"),
        ("KB_TRUSTED_PROXIES", "10.0.0.1/8"),
    ],
)
def test_a_wrong_value_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=name) as error:
        settings.load({name: value})
    assert value in str(error.value)


def test_options_of_the_command_line_override_only_what_they_give() -> None:
    assert settings.Settings().with_(store="here", index=None) == settings.Settings(store="here")


@pytest.mark.parametrize("value", ["-1", "1.5", "ten", "1e3"])
def test_a_size_is_a_whole_number_above_0(value: str) -> None:
    with pytest.raises(SettingError, match="KB_MAX_FILE_BYTES"):
        settings.load({"KB_MAX_FILE_BYTES": value})


def test_an_empty_variable_is_one_that_is_not_set() -> None:
    assert settings.load({"KB_STORE": "", "KB_PUBLIC": ""}) == settings.Settings()


def test_variables_of_others_are_left_alone() -> None:
    assert settings.load({"STORE": "x", "KBX_STORE": "y", "KB_UNKNOWN": "z"}) == settings.Settings()


@pytest.mark.parametrize(("value", "meant"), [("TRUE", True), ("on", True), ("1", True), ("Off", False), ("0", False)])
def test_true_and_false_in_the_usual_spellings(value: str, meant: bool) -> None:
    assert settings.load({"KB_PUBLIC": value}).public is meant


@pytest.mark.parametrize("value", ["127.0.0.1", "10.0.0.0/8, 192.0.2.1", "::1,2001:db8::/32"])
def test_proxies_are_addresses_and_networks(value: str) -> None:
    assert settings.load({"KB_TRUSTED_PROXIES": value}).trusted_proxies == value
