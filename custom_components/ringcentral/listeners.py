"""Lists of callbacks, and who wakes for which extension."""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Iterable
from itertools import batched
from typing import Any

from homeassistant.core import CALLBACK_TYPE, callback

from .presence.vocabulary import ExtensionState

# Gets an extension's state as it may be shown, ``None`` once it is no longer watched, and whether it can be trusted.
type StateListener = Callable[[ExtensionState | None, bool], None]

# Extensions whose listeners are woken before anything else gets its turn.
_WOKEN_AT_ONCE = 50


def subscribe[ListenerT](listeners: list[ListenerT], listener: ListenerT) -> CALLBACK_TYPE:
    """Add a listener to a list; the returned callable removes it."""
    listeners.append(listener)

    @callback
    def unsubscribe() -> None:
        listeners.remove(listener)

    return unsubscribe


def call_all[*ArgsT](listeners: Iterable[Callable[[*ArgsT], None]], *args: *ArgsT) -> None:
    """Call each of the listeners, whatever they add or remove meanwhile."""
    for listener in tuple(listeners):
        listener(*args)


class StateListeners:
    """The listeners of each extension, with the parts of the state that they are about."""

    def __init__(
        self,
        describe: Callable[[str], tuple[ExtensionState | None, bool]],
        start_task: Callable[[Coroutine[Any, Any, None], str], None],
    ) -> None:
        """Initialize; ``describe`` returns the state of an extension and whether it can be trusted."""
        self._describe = describe
        self._start_task = start_task
        # Those of one extension by what they are about: of most entities it is the same, so it is compared once.
        self._listeners: dict[str, dict[frozenset[str] | None, list[StateListener]]] = {}
        self._is_waking_all = False
        self._must_wake_all_again = False
        self._is_closed = False

    @callback
    def close(self) -> None:
        """Wake nobody any more."""
        self._is_closed = True

    @callback
    def add(self, extension_id: str, listener: StateListener, inputs: frozenset[str] | None = None) -> CALLBACK_TYPE:
        """Call the listener when those fields of the extension's state have changed (default: any), or availability."""
        return subscribe(self._listeners.setdefault(extension_id, {}).setdefault(inputs, []), listener)

    @callback
    def wake(self, extension_id: str, changed: Collection[str] | None = None) -> None:
        """Wake the listeners of an extension that are about one of the changed fields (default: all of them)."""
        if self._is_closed or not (groups := self._listeners.get(extension_id)):
            return
        state, is_available = self._describe(extension_id)
        for inputs, listeners in tuple(groups.items()):
            if changed is None or inputs is None or not inputs.isdisjoint(changed):
                call_all(listeners, state, is_available)

    @callback
    def wake_all(self) -> None:
        """Wake everybody, since availability may have changed: some at once, so that all else gets its turn."""
        if len(self._listeners) <= _WOKEN_AT_ONCE:
            for extension_id in tuple(self._listeners):
                self.wake(extension_id)
        elif self._is_waking_all:
            self._must_wake_all_again = True
        else:
            self._is_waking_all = True
            self._start_task(self._wake_in_turns(), "wake")

    async def _wake_in_turns(self) -> None:
        try:
            self._must_wake_all_again = True
            while self._must_wake_all_again:
                self._must_wake_all_again = False
                for some in batched(tuple(self._listeners), _WOKEN_AT_ONCE, strict=False):
                    for extension_id in some:
                        self.wake(extension_id)
                    await asyncio.sleep(0)
        finally:
            self._is_waking_all = False
