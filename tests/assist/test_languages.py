"""In which languages the built-in agent is given sentences."""

from homeassistant.setup import async_setup_component
import pytest

from custom_components.ringcentral.assist.languages import languages_in_use
from custom_components.ringcentral.assist.texts import load_texts
from tests.waiting import until

OURS = set(load_texts())


@pytest.mark.parametrize(
    ("language", "ours"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("de-CH", "de"),
        ("pt", "pt-BR"),
        ("pt-BR", "pt-BR"),
        ("zh-CN", "zh-Hans"),
        ("zh-Hans", "zh-Hans"),
        ("zh-TW", "en"),
        ("zh-Hant", "en"),
        ("cs", "en"),
        ("*", "en"),
    ],
)
async def test_each_of_home_assistants_languages_has_one_of_ours(hass, language, ours):
    hass.config.language = language
    assert languages_in_use(hass, OURS) == {ours}


async def test_the_sentences_follow_home_assistants_language(agent):
    await agent.expose(("102", "presence"))
    assert await agent.ask("ist Alice frei", "de") is None
    before = agent.sentences
    await agent.speak("de")
    await until(lambda: agent.sentences != before)
    assert await agent.ask("ist Alice frei", "de") == "Alice Moreau ist frei."


async def test_a_voice_assistant_in_another_language_is_understood_from_its_beginning(hass, agent):
    await agent.expose(("102", "presence"))
    before = agent.sentences
    assert await async_setup_component(hass, "assist_pipeline", {})
    store = hass.data["assist_pipeline"].pipeline_store
    (first,) = store.data.values()
    spanish = {**first.to_json(), "name": "Casa", "language": "es", "conversation_language": "es"}
    await store.async_create_item({key: value for key, value in spanish.items() if key != "id"})
    await until(lambda: agent.sentences != before)
    assert await agent.ask("¿está Alice libre?", "es") == "Alice Moreau: disponible."
    assert await agent.ask("is Alice free") == "Alice Moreau is free."
