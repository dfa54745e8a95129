"""Assist as people use it: Home Assistant's built-in agent beside a simulated office."""

from homeassistant.components.conversation.agent_manager import get_agent_manager
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import Context
from homeassistant.setup import async_setup_component
import pytest

from tests.waiting import until


class BuiltIn:
    """The built-in agent, which has no language model."""

    def __init__(self, hass, office) -> None:
        self.hass = hass
        self.office = office

    @property
    def sentences(self):
        """The sentences that it was given at run time."""
        return get_agent_manager(self.hass).trigger_sentences

    async def expose(self, *entities, exposed=True, are_sentences_new=True) -> None:
        """Let it see entities, given as number and key, and wait until it has the sentences about them."""
        before = list(self.sentences)
        for number, key in entities:
            async_expose_entity(self.hass, "conversation", self.office.entity_id(number, key), exposed)
        if are_sentences_new:
            await until(lambda: self.sentences != before)

    async def speak(self, language) -> None:
        """Let Home Assistant speak another language."""
        await self.hass.config.async_update(language=language)

    async def ask(self, text, language="en", user=None):
        """Return what it answers, or None if it does not understand."""
        response = await self.hass.services.async_call(
            "conversation",
            "process",
            {"text": text, "language": language, "agent_id": "conversation.home_assistant"},
            blocking=True,
            return_response=True,
            context=Context(user_id=user),
        )
        answer = response["response"]
        return answer["speech"]["plain"]["speech"] if answer["response_type"] != "error" else None


@pytest.fixture
async def agent(hass, office):
    for component in ("homeassistant", "conversation"):
        assert await async_setup_component(hass, component, {})
    await hass.async_block_till_done()
    return BuiltIn(hass, office)
