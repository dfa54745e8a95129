"""The texts of the built-in agent: complete in each language."""

from pathlib import Path
import string

from hassil.parse_expression import parse_sentence
import pytest

from custom_components.ringcentral.assist.answers import QUESTIONS
from custom_components.ringcentral.assist.texts import load_texts

TEXTS = load_texts()
TRANSLATIONS = Path(__file__).parents[2] / "custom_components" / "ringcentral" / "translations"


def test_there_is_every_language_of_the_translations():
    assert set(TEXTS) == {path.stem for path in TRANSLATIONS.glob("*.json")}


def parts(template):
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("language", TEXTS)
def test_each_language_has_all_questions_and_answers(language):
    texts, english = TEXTS[language], TEXTS["en"]
    assert set(texts.sentences) == set(QUESTIONS)
    assert all(texts.sentences.values())
    assert texts.answers.keys() == english.answers.keys()
    assert {key: parts(said) for key, said in texts.answers.items()} == {
        key: parts(said) for key, said in english.answers.items()
    }


@pytest.mark.parametrize("language", TEXTS)
def test_each_sentence_can_be_parsed_and_has_what_its_question_needs(language):
    for kind, templates in TEXTS[language].sentences.items():
        for template in templates:
            parse_sentence(template)
            assert ("{name}" in template) == (kind in {"talking", "free"}), template
            assert ("{duration}" in template) == (kind == "dnd_for"), template
