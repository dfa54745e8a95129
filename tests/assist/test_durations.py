"""Durations as people say them, in each language."""
# ruff: noqa: RUF001 (other languages have other marks)

from datetime import timedelta

import pytest

from custom_components.ringcentral.assist.durations import parse_duration
from custom_components.ringcentral.assist.texts import load_texts

TEXTS = load_texts()


@pytest.mark.parametrize(
    ("language", "spoken", "minutes"),
    [
        ("en", "an hour", 60),
        ("en", "Half an hour.", 30),
        ("en", "1 hour and 30 minutes", 90),
        ("en", "1.5 hours", 90),
        ("en", "forty-five minutes", 45),
        ("de", "eine halbe Stunde", 30),
        ("de", "zwei Stunden", 120),
        ("de", "1 Stunde und 15 Minuten", 75),
        ("es", "media hora", 30),
        ("fr", "une demi-heure", 30),
        ("it", "un’ora", 60),
        ("ja", "３０分間", 30),
        ("ja", "1時間30分", 90),
        ("nl", "anderhalf uur", 90),
        ("pl", "godzinę", 60),
        ("pl", "20 minut", 20),
        ("pt-BR", "duas horas", 120),
        ("sv", "en timme", 60),
        ("zh-Hans", "两个小时", 120),
        ("zh-Hans", "半小时", 30),
        ("en", "ever", None),
        ("en", "0 minutes", None),
        ("en", "9999 hours", None),
        ("en", "hours", None),
        ("en", "2 hours of silence", None),
        ("en", "", None),
    ],
)
def test_a_duration_is_understood(language, spoken, minutes):
    expected = timedelta(minutes=minutes) if minutes is not None else None
    assert parse_duration(spoken, TEXTS[language].durations) == expected


@pytest.mark.parametrize("language", TEXTS)
def test_each_phrase_and_each_number_is_understood(language):
    words = TEXTS[language].durations
    for phrase, minutes in words.phrases.items():
        assert parse_duration(phrase, words) == timedelta(minutes=minutes)
    for number, value in words.numbers.items():
        assert parse_duration(f"{number} {words.minutes[0]}", words) == timedelta(minutes=value)
