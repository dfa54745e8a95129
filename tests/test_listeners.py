"""Who wakes for which change: by the fields they show, and everybody without holding up the loop."""

import asyncio
import itertools

import pytest

from custom_components.ringcentral.listeners import StateListeners, call_all, subscribe
from custom_components.ringcentral.presence.vocabulary import ExtensionState


class Extensions:
    """States of extensions with their listeners, which keep who was woken."""

    def __init__(self):
        self.states = {}
        self.is_available = True
        self.woken = []
        self.tasks = []
        self.listeners = StateListeners(self.describe, self.start_task)

    def describe(self, extension_id):
        return self.states.get(extension_id), self.is_available

    def start_task(self, work, name):
        self.tasks.append(asyncio.create_task(work, name=name))

    def listen(self, extension_id, name=None, inputs=None):
        name = name or extension_id
        inputs = frozenset(inputs) if inputs is not None else None
        return self.listeners.add(extension_id, lambda *shown: self.woken.append((name, *shown)), inputs)

    @property
    def names(self):
        return [name for name, *_ in self.woken]


@pytest.fixture
def extensions():
    return Extensions()


def test_a_change_wakes_those_who_show_a_field_that_changed(extensions):
    extensions.listen("101", "presence", {"presence_status"})
    extensions.listen("101", "dnd", {"dnd_status", "dnd_status_personal"})
    extensions.listen("101", "all")
    extensions.listen("102", "other")
    extensions.listeners.wake("101", {"dnd_status", "message"})
    assert extensions.names == ["dnd", "all"]
    extensions.listeners.wake("101")
    assert extensions.names[2:] == ["presence", "dnd", "all"]


def test_a_change_of_nothing_wakes_only_those_who_show_anything(extensions):
    extensions.listen("101", "presence", {"presence_status"})
    extensions.listen("101", "all")
    extensions.listeners.wake("101", set())
    assert extensions.names == ["all"]


def test_listeners_get_the_state_as_it_is_now_and_whether_it_can_be_trusted(extensions):
    extensions.listen("101")
    extensions.states["101"] = ExtensionState(presence_status="Busy")
    extensions.listeners.wake("101")
    extensions.states.clear()
    extensions.is_available = False
    extensions.listeners.wake("101")
    assert extensions.woken == [("101", ExtensionState(presence_status="Busy"), True), ("101", None, False)]


def test_who_has_left_sleeps(extensions):
    extensions.listen("101")()
    extensions.listeners.wake("101")
    extensions.listeners.wake("103")
    assert extensions.woken == []


def test_a_listener_may_leave_while_it_is_woken(extensions):
    leave = extensions.listeners.add("101", lambda *_: leave())
    extensions.listen("101", "next")
    extensions.listeners.wake("101")
    assert extensions.names == ["next"]


async def test_a_few_extensions_are_all_woken_at_once(extensions):
    for number in range(50):
        extensions.listen(str(number))
    extensions.listeners.wake_all()
    assert len(extensions.woken) == 50
    assert extensions.tasks == []


async def test_of_many_extensions_some_are_woken_at_a_time_so_that_all_else_gets_its_turn(extensions):
    for number in range(120):
        extensions.listen(str(number))
    extensions.listeners.wake_all()
    turns = [len(extensions.woken)]
    while not extensions.tasks[0].done():
        await asyncio.sleep(0)
        turns.append(len(extensions.woken))
    assert max(after - before for before, after in itertools.pairwise(turns)) == 50
    assert extensions.names == [str(number) for number in range(120)]


async def test_what_changes_while_all_are_being_woken_reaches_everybody(extensions):
    for number in range(120):
        extensions.listen(str(number))
    extensions.listeners.wake_all()
    await asyncio.sleep(0)
    extensions.is_available = False
    extensions.listeners.wake_all()
    extensions.listeners.wake_all()
    await asyncio.gather(*extensions.tasks)
    assert len(extensions.tasks) == 1
    assert {name: is_available for name, _, is_available in extensions.woken} == dict.fromkeys(
        map(str, range(120)), False
    )
    assert len(extensions.woken) == 240, "twice is enough"
    extensions.listeners.wake_all()
    assert len(extensions.tasks) == 2
    await extensions.tasks[1]
    assert len(extensions.woken) == 360


async def test_after_waking_was_broken_off_it_can_begin_again(extensions):
    for number in range(120):
        extensions.listen(str(number))
    extensions.listeners.wake_all()
    await asyncio.sleep(0)
    extensions.tasks[0].cancel()
    await asyncio.wait(extensions.tasks)
    extensions.listeners.wake_all()
    await extensions.tasks[1]
    assert set(extensions.names) == set(map(str, range(120)))


def test_a_list_of_listeners_may_change_while_it_is_called():
    called, listeners = [], []

    def first(word):
        called.append(("first", word))
        leave()
        subscribe(listeners, lambda word: called.append(("late", word)))

    leave = subscribe(listeners, first)
    subscribe(listeners, lambda word: called.append(("second", word)))
    call_all(listeners, "a")
    assert called == [("first", "a"), ("second", "a")]
    call_all(listeners, "b")
    assert called[2:] == [("second", "b"), ("late", "b")]
