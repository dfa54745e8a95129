"""Sentences of the built-in agent, said to Home Assistant's own."""
# ruff: noqa: RUF001 (other languages have other marks)

from datetime import timedelta

from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
import pytest

from custom_components.ringcentral.assist.sentences import fill_in, find_spoken
from tests.controls import device_id, setting
from tests.waiting import until

JOHN = {"from_number": "+14155550123", "from_name": "John Wang"}
FACTS = ("presence", "dnd", "call_state", "call", "set_dnd")
NOBODY = {"alice moreau": frozenset({"2"}), "alice": frozenset({"2", "9"}), "front desk": frozenset({"1"})}

# Language by language: who is on the phone, with whom somebody talks, whether somebody is free, missed calls, and
# Do Not Disturb on, for an hour, and off.
SAID = {
    "en": (
        "Who is on the phone?",
        "Who is Alice talking to?",
        "Is Alice Moreau free?",
        "Any missed calls?",
        "Set me to do not disturb",
        "Set me to do not disturb for an hour",
        "I'm available again.",
    ),
    "de": (
        "Wer telefoniert gerade?",
        "Mit wem spricht Alice gerade?",
        "Ist Alice Moreau frei?",
        "Gibt es verpasste Anrufe?",
        "Stell mich auf Bitte nicht stören",
        "Stelle mich für eine Stunde auf nicht stören",
        "Ich bin wieder erreichbar",
    ),
    "es": (
        "¿Quién está al teléfono?",
        "¿Con quién está hablando Alice?",
        "¿Está Alice Moreau libre?",
        "¿Hay llamadas perdidas?",
        "Ponme en no molestar",
        "Ponme en no molestar durante una hora",
        "Ya estoy disponible de nuevo",
    ),
    "fr": (
        "Qui est au téléphone ?",
        "Avec qui parle Alice ?",
        "Est-ce que Alice Moreau est libre ?",
        "Y a-t-il des appels manqués ?",
        "Mets-moi en ne pas déranger",
        "Mets-moi en mode ne pas déranger pendant une heure",
        "Je suis à nouveau disponible",
    ),
    "it": (
        "Chi è al telefono?",
        "Con chi sta parlando Alice?",
        "Alice Moreau è libera?",
        "Ci sono chiamate perse?",
        "Mettimi in non disturbare",
        "Mettimi su non disturbare per un'ora",
        "Sono di nuovo disponibile",
    ),
    "ja": (
        "誰が電話中ですか？",
        "Aliceさんは誰と話していますか？",
        "Alice Moreauさんは空いていますか？",
        "不在着信はありますか？",
        "私を応答不可にして",
        "私を1時間応答不可にしてください",
        "応答不可を解除して",
    ),
    "nl": (
        "Wie is er aan de telefoon?",
        "Met wie praat Alice?",
        "Is Alice Moreau bereikbaar?",
        "Heb ik oproepen gemist?",
        "Zet me op niet storen",
        "Zet me een uur op niet storen",
        "Ik ben weer bereikbaar",
    ),
    "pl": (
        "Kto rozmawia przez telefon?",
        "Z kim rozmawia Alice?",
        "Czy Alice Moreau jest wolna?",
        "Czy są nieodebrane połączenia?",
        "Ustaw mi nie przeszkadzać",
        "Ustaw mi nie przeszkadzać na godzinę",
        "Jestem znowu dostępna",
    ),
    "pt-BR": (
        "Quem está ao telefone?",
        "Com quem Alice está falando?",
        "A Alice Moreau está livre?",
        "Tem chamadas perdidas?",
        "Me coloque em não perturbe",
        "Me coloque em não perturbe por uma hora",
        "Estou disponível de novo",
    ),
    "sv": (
        "Vem sitter i telefon?",
        "Vem pratar Alice med?",
        "Är Alice Moreau ledig?",
        "Finns det missade samtal?",
        "Sätt mig på stör ej",
        "Sätt mig på stör ej i en timme",
        "Jag är tillgänglig igen",
    ),
    "zh-Hans": (
        "谁在打电话？",
        "Alice 在和谁通话？",
        "Alice Moreau 有空吗？",
        "有未接来电吗？",
        "把我设为请勿打扰",
        "把我设为请勿打扰一个小时",
        "取消我的请勿打扰",
    ),
}


@pytest.mark.parametrize("language", SAID)
async def test_every_question_is_understood_and_answered_in_each_language(agent, office, phones, language):
    await agent.speak(language)
    await agent.expose(*((number, key) for number in ("101", "102") for key in FACTS[: 5 if number == "101" else 4]))
    await office.miss_a_call(**JOHN)
    call = phones.call_in("102", **JOHN)
    call.answer()
    await office.shows("102", "call_state", "connected")
    who, talking, free, missed, dnd, dnd_for, off = SAID[language]
    for question in (who, talking, free):
        answer = await agent.ask(question, language)
        assert "Alice Moreau" in answer, question
        assert "John Wang" in answer, question
    assert "1" in (answer := await agent.ask(missed, language))
    assert "John Wang" in answer
    for question, word in ((dnd, "DoNotAcceptAnyCalls"), (off, "TakeAllCalls"), (dnd_for, "DoNotAcceptAnyCalls")):
        answer = await agent.ask(question, language)
        assert setting(office, "101", "dndStatus") == word, question
        assert (":" in answer) == (question == dnd_for), answer


async def test_the_answers_say_what_is_so(agent, office, phones):
    await agent.expose(*((number, key) for number in ("101", "102") for key in FACTS[:4]))
    assert await agent.ask("who is on the phone") == "Nobody is on the phone."
    assert await agent.ask("is Alice free") == "Alice Moreau is free."
    assert await agent.ask("is Alice on the phone") == "Alice Moreau is not on the phone."
    assert await agent.ask("did we miss any calls") == "There are no missed calls."
    call = phones.call_in("101", **JOHN)
    await office.shows("101", "ringing", "on")
    assert await agent.ask("who's calling") == "John Wang is calling Front Desk."
    assert await agent.ask("can I call 101") == "John Wang is calling Front Desk."
    call.hang_up()
    await office.shows("101", "ringing", "off")
    await office.pass_time(3)
    assert await agent.ask("any missed calls") == "Missed calls: 1. Newest: John Wang."
    phones.set_dnd("102", True)
    await office.shows("102", "dnd", "do_not_accept_any_calls")
    assert await agent.ask("is Alice Moreau available") == "Alice Moreau does not want to be disturbed."


async def test_what_is_not_exposed_does_not_exist_for_the_agent(agent):
    assert agent.sentences == []
    await agent.expose(("102", "presence"))
    assert await agent.ask("is Alice free") == "Alice Moreau is free."
    assert await agent.ask("is Ben free") is None
    assert not [one for one in agent.sentences if "on the phone" in one or "missed" in one]
    await agent.expose(("102", "presence"), exposed=False)
    assert agent.sentences == []


async def test_who_it_is_stays_hidden_while_no_entity_that_shows_it_is_exposed(agent, office, phones):
    await agent.expose(("101", "ringing"))
    phones.call_in("101", **JOHN)
    await office.shows("101", "ringing", "on")
    assert await agent.ask("who is on the phone") == "The phone of Front Desk is ringing."


async def test_sentences_that_are_meant_for_others_are_left_to_them(agent):
    await agent.expose(*(("102", key) for key in FACTS[:4]))
    for text in ("is the bathroom free", "turn on do not disturb", "can I call a taxi"):
        assert await agent.ask(text) is None


async def test_a_name_of_the_users_own_is_understood(hass, agent, office):
    await agent.expose(("101", "presence"))
    before = agent.sentences
    dr.async_get(hass).async_update_device(device_id(hass, office, "101"), name_by_user="O'Brien (Reception)")
    await until(lambda: agent.sentences != before)
    assert await agent.ask("is o'brien reception free") == "O'Brien (Reception) is free."


async def test_the_sentences_go_with_the_entry_and_come_back_with_it(hass, agent, office):
    await agent.expose(("102", "presence"))
    await hass.config_entries.async_unload(office.entry.entry_id)
    assert agent.sentences == []
    await office.set_up()
    await until(lambda: agent.sentences)
    assert await agent.ask("is Alice free") == "Alice Moreau is free."


async def test_do_not_disturb_for_a_time_ends_by_itself(agent, office):
    await agent.expose(("101", "set_dnd"))
    earliest = dt_util.now() + timedelta(minutes=30)
    said = await agent.ask("put me on do not disturb for half an hour")
    # As the frontend says times in English, and in other languages by 24 hours.
    ends = {f"{time:%-I:%M %p}" for time in (earliest, dt_util.now() + timedelta(minutes=30))}
    assert said in {f"Do Not Disturb is on until {time}." for time in ends}
    assert setting(office, "101", "dndStatus") == "DoNotAcceptAnyCalls"
    await office.comes_true(lambda: setting(office, "101", "dndStatus") == "TakeAllCalls", within=1860, step=60)


async def test_a_duration_that_nobody_understands_changes_nothing(agent, office):
    await agent.expose(("101", "set_dnd"))
    assert await agent.ask("set me to do not disturb for the party") == "For how long was not understood."
    assert setting(office, "101", "dndStatus") == "TakeAllCalls"


async def test_a_user_who_may_not_control_the_phone_can_not_set_it_by_voice(agent, office, hass_read_only_user):
    await agent.expose(("101", "set_dnd"))
    assert await agent.ask("set me to do not disturb", user=hass_read_only_user.id) == "That did not work."
    assert setting(office, "101", "dndStatus") == "TakeAllCalls"


def test_the_longest_name_in_the_place_of_a_name_is_meant():
    templates = ["is {name} free", "can i call {name}", "{name}は空いていますか"]
    for text, ids in (
        ("Is Alice Moreau free?", {"2"}),
        ("Is Alice free?", {"2", "9"}),
        ("Front Deskは空いていますか", {"1"}),
        ("Can I call Alice Moreau?", {"2"}),
        ("Can I call call center?", {"4"}),
        ("Is Malice free?", {"5"}),
        ("Is Zoe free?", set()),
    ):
        named = NOBODY | {name: frozenset({id_}) for name, id_ in (("call center", "4"), ("malice", "5"))}
        assert find_spoken(text, templates, named) == ids, text


async def test_words_of_a_sentence_are_not_taken_for_a_name(hass, agent, office):
    devices = dr.async_get(hass)
    devices.async_update_device(device_id(hass, office, "102"), name_by_user="Call Center")
    devices.async_update_device(device_id(hass, office, "103"), name_by_user="Bob")
    await agent.expose(("102", "on_call"), ("103", "on_call"))
    assert await agent.ask("can I call Bob") == "Bob is free."
    assert await agent.ask("can I call the call center") == "Call Center is free."
    before = agent.sentences
    devices.async_update_device(device_id(hass, office, "102"), name_by_user="Phone Room")
    await until(lambda: agent.sentences != before)
    assert await agent.ask("is Bob on the phone") == "Bob is not on the phone."


# With an article, as of a name that is a place: with whom it talks, who calls it, and whether it is free.
WITH_ARTICLES = {
    "en": ("Who is the front desk talking to?", "Who is calling the front desk?", "Can I call the front desk?"),
    "de": ("Mit wem spricht die Front Desk?", "Wer ruft bei der Front Desk an?", "Ist die Front Desk frei?"),
    "es": ("¿Con quién habla la Front Desk?", "¿Quién llama al Front Desk?", "¿Puedo llamar a la Front Desk?"),
    "fr": ("Avec qui parle la Front Desk ?", "Qui appelle l'Front Desk ?", "Est-ce que le Front Desk est libre ?"),
    "it": ("Con chi parla il Front Desk?", "Chi chiama la Front Desk?", "L'Front Desk è libero?"),
    "nl": ("Met wie praat de Front Desk?", "Wie belt de Front Desk?", "Kan ik het Front Desk bellen?"),
    "pt-BR": (
        "Com quem a Front Desk está falando?",
        "Quem está ligando para o Front Desk?",
        "O Front Desk está livre?",
    ),
}


@pytest.mark.parametrize("language", WITH_ARTICLES)
async def test_a_name_may_have_an_article(agent, office, phones, language):
    await agent.speak(language)
    await agent.expose(("101", "call_state"), ("101", "call"))
    phones.call_in("101", **JOHN)
    await office.shows("101", "ringing", "on")
    for question in WITH_ARTICLES[language]:
        assert "John Wang" in (await agent.ask(question, language) or ""), question


def test_of_too_many_phones_only_questions_without_a_name_are_understood():
    many = {f"name {number}": frozenset({str(number)}) for number in range(101)}
    assert fill_in(["who is on the phone", "is {name} free"], many) == ["who is on the phone"]


def test_without_a_name_only_questions_without_one_are_understood():
    assert fill_in(["who is on the phone", "is {name} free"], {}) == ["who is on the phone"]


async def test_do_not_disturb_ends_after_a_setting_that_is_not_known(hass, agent, office):
    await agent.expose(("101", "set_dnd"))
    office.account.find("101").settings["dndStatus"] = "TakeSomethingNew"
    await hass.services.async_call("ringcentral", "resync", {}, blocking=True)
    await office.settle()
    assert await agent.ask("take me off do not disturb") == "Do Not Disturb is off."
    assert setting(office, "101", "dndStatus") == "TakeAllCalls"
