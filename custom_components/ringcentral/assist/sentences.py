"""Sentences for the built-in agent, which understands them without a language model.

Home Assistant has no place where an integration can bring sentences along: the agent reads those of its own package and
of the user's configuration. It takes sentence triggers at run time, though, as automations do
(homeassistant/components/conversation/trigger.py). They are tried before everything else, so they name the phones that
they are about, and match nothing that is meant for others.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
import logging
import re
from typing import TYPE_CHECKING, Any

from homeassistant.components.homeassistant.exposed_entities import async_listen_entity_updates
from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntry, ConfigEntryChange
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.debounce import Debouncer
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from ..const import DOMAIN
from .answers import QUESTIONS, Asked
from .exposed import ExposedExtension, choose_phones, exposed_extensions
from .languages import async_follow_languages, languages_in_use
from .texts import Texts, load_texts

if TYPE_CHECKING:
    from hassil.recognize import RecognizeResult
    from homeassistant.components.conversation import ConversationInput

_LOGGER = logging.getLogger(__package__)
_ASSISTANT = "conversation"
_NAME = "{name}"

# Changes come in groups.
_SETTLES = 1.0

# The agent builds sentences with all names, and tries one after the other: with 100 phones it takes 0.2 s for each
# language once, and some milliseconds for what is said. Nobody exposes more phones by hand.
_MOST_NAMED_PHONES = 100


async def async_offer_sentences(hass: HomeAssistant, component: str) -> None:
    """Offer sentences about what is exposed, for as long as it is."""
    SentenceOffer(hass).async_start()


class SentenceOffer:
    """The sentences that the agent has at present."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Initialize without any."""
        self._hass = hass
        self._texts: Mapping[str, Texts] = {}
        self._removes: list[CALLBACK_TYPE] = []
        self._offered: object = None
        self._refresher = Debouncer(hass, _LOGGER, cooldown=_SETTLES, immediate=False, function=self._async_refresh)

    @callback
    def async_start(self) -> None:
        """Follow what is exposed, and how it is called."""
        hass = self._hass
        async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._handle_entry)
        async_follow_languages(hass, self._refresher.async_schedule_call)
        async_listen_entity_updates(hass, _ASSISTANT, self._refresher.async_schedule_call)
        hass.bus.async_listen(er.EVENT_ENTITY_REGISTRY_UPDATED, self._handle_change, self._concerns_entity)
        hass.bus.async_listen(dr.EVENT_DEVICE_REGISTRY_UPDATED, self._handle_change)
        hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, self._handle_stop)
        self._refresher.async_schedule_call()

    @callback
    def _handle_entry(self, change: ConfigEntryChange, entry: ConfigEntry) -> None:
        if entry.domain != DOMAIN:
            return
        if not self._hass.config_entries.async_loaded_entries(DOMAIN):
            self._remove()
        self._refresher.async_schedule_call()

    @callback
    def _concerns_entity(self, data: Mapping[str, Any]) -> bool:
        # What is exposed is an option that has its own listener.
        if data["action"] == "update" and set(data["changes"]) <= {"options"}:
            return False
        entity = er.async_get(self._hass).async_get(data["entity_id"])
        return entity is None or entity.platform == DOMAIN

    @callback
    def _handle_change(self, _: Event[Any]) -> None:
        self._refresher.async_schedule_call()

    @callback
    def _handle_stop(self, _: Event[Any]) -> None:
        self._refresher.async_shutdown()

    @callback
    def _remove(self) -> None:
        removes, self._removes, self._offered = self._removes, [], None
        for remove in removes:
            remove()

    async def _async_refresh(self) -> None:
        """Offer the sentences for what is exposed now, unless they are those that the agent has."""
        exposed = list(exposed_extensions(self._hass, _ASSISTANT))
        names = {
            kind: spoken_names(shown)
            for kind, question in QUESTIONS.items()
            if (shown := choose_phones([one for one in exposed if one.shows(question.facts)], question.facts))
        }
        if names and not self._texts:
            self._texts = await self._hass.async_add_executor_job(load_texts)
        languages = languages_in_use(self._hass, self._texts)
        if (names, languages) != self._offered:
            self._remove()
            self._offered = (names, languages)
            self._register(names, [self._texts[language] for language in sorted(languages)] if names else [])

    def _register(self, names: Mapping[str, Mapping[str, frozenset[str]]], languages: Iterable[Texts]) -> None:
        # The agent's libraries are large, and loaded only where it is.
        from homeassistant.components.conversation.agent_manager import get_agent_manager  # noqa: PLC0415

        register = get_agent_manager(self._hass).register_trigger
        for texts in languages:
            for kind, spoken in names.items():
                if sentences := fill_in(texts.sentences[kind], spoken):
                    self._removes.append(register(sentences, partial(self._async_answer, texts, kind, spoken)))

    async def _async_answer(
        self,
        texts: Texts,
        kind: str,
        spoken: Mapping[str, frozenset[str]],
        user_input: ConversationInput,
        result: RecognizeResult,
    ) -> str | None:
        """Answer a sentence of a kind, by what is exposed at this moment."""
        question = QUESTIONS[kind]
        shown = [one for one in exposed_extensions(self._hass, _ASSISTANT) if one.shows(question.facts)]
        phones = choose_phones(shown, question.facts)
        if any(_NAME in template for template in texts.sentences[kind]):
            meant = find_spoken(user_input.text, texts.sentences[kind], spoken)
            phones = [one for one in phones if one.extension.id in meant]
        if not phones:
            return None
        duration = result.entities.get("duration")
        asked = Asked(
            texts=texts,
            phones=phones,
            duration=duration.text if duration is not None else "",
            context=user_input.context,
        )
        return await question.answer(self._hass, asked)


def spoken_names(phones: Iterable[ExposedExtension]) -> dict[str, frozenset[str]]:
    """Return what people may say for the phones: names, numbers and first names, with whose it is."""
    spoken: dict[str, set[str]] = {}
    for one in phones:
        for name in one.names:
            said = _as_spoken(name)
            first, _, rest = said.partition(" ")
            for text in {said, first} if rest and len(first) > 1 else {said}:
                if text:
                    spoken.setdefault(text, set()).add(one.extension.id)
    return {text: frozenset(ids) for text, ids in spoken.items()}


def fill_in(templates: Sequence[str], spoken: Mapping[str, frozenset[str]]) -> list[str]:
    """Return sentences with all names in the place of ``{name}``; without any, or with too many, those without one."""
    if not 0 < len(frozenset().union(*spoken.values())) <= _MOST_NAMED_PHONES:
        return [one for one in templates if _NAME not in one]
    names = f"({'|'.join(sorted(spoken))})"
    return [one.replace(_NAME, names) for one in templates]


def find_spoken(text: str, templates: Sequence[str], spoken: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Return who is meant by the longest name with which a text is one of the sentences.

    Names are not searched for in the whole text: its own words may be names as well, such as "call" of "Call Center".
    """
    from hassil import Intents, recognize  # noqa: PLC0415 (as large as the agent that brings it)

    said = _as_spoken(text)
    for name in sorted((name for name in spoken if name in said), key=len, reverse=True):
        sentences = fill_in(templates, {name: spoken[name]})
        intents = Intents.from_dict({"language": "", "intents": {name: {"data": [{"sentences": sentences}]}}})
        if recognize(text, intents) is not None:
            return spoken[name]
    return frozenset()


def _as_spoken(text: str) -> str:
    """Return a text without case, and without what has a meaning in templates of sentences."""
    return " ".join(re.sub(r"[^\w'\- ]", " ", text.casefold().replace("\u2019", "'")).split())
