"""The stream of what happens to calls: masked once, kept until Home Assistant is ready, handed to who listens."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from homeassistant.core import CALLBACK_TYPE, callback

from ..listeners import call_all, subscribe
from ..presence.privacy import Privacy, shown_transition
from ..presence.vocabulary import Transition
from .describe import describe_transition

type TransitionListener = Callable[[Transition], None]
type DescribedListener = Callable[[Transition, Mapping[str, Any]], None]
type StoppedListener = Callable[[Sequence[Transition]], None]


class CallStream:
    """What happens to the calls of all watched extensions."""

    def __init__(self, privacy: Privacy) -> None:
        """Initialize; what happens before :meth:`start` is kept."""
        self.is_started = False
        self._privacy = privacy
        self._early: list[Callable[[], None]] = []
        self._listeners: dict[str | None, list[TransitionListener]] = {}
        self._described_listeners: dict[str | None, list[DescribedListener]] = {}
        self._stopped_listeners: list[StoppedListener] = []

    @callback
    def async_listen(self, listener: TransitionListener, extension_id: str | None = None) -> CALLBACK_TYPE:
        """Call the listener with everything that happens to a call of one extension, or of any."""
        return subscribe(self._listeners.setdefault(extension_id, []), listener)

    @callback
    def async_listen_described(self, listener: DescribedListener, extension_id: str | None = None) -> CALLBACK_TYPE:
        """Call the listener with the same, and with its description (:func:`.describe.describe_transition`)."""
        return subscribe(self._described_listeners.setdefault(extension_id, []), listener)

    @callback
    def async_listen_stopped(self, listener: StoppedListener) -> CALLBACK_TYPE:
        """Call the listener with the calls of an extension that have just stopped ringing, before their verdict."""
        return subscribe(self._stopped_listeners, listener)

    @callback
    def start(self) -> None:
        """Hand over what happened so far, and everything from now on."""
        self.is_started = True
        early, self._early = self._early, []
        for emit in early:
            emit()

    @callback
    def stop(self) -> None:
        """Keep everything from now on."""
        self.is_started = False

    @callback
    def report(self, transitions: Iterable[Transition], stopped: Sequence[Transition] = ()) -> None:
        """Report what happened to an extension's calls, and which of them stopped ringing."""
        if stopped:
            shown = [shown_transition(transition, self._privacy) for transition in stopped]
            self._when_started(call_all, self._stopped_listeners, shown)
        for transition in transitions:
            self._when_started(self._emit, shown_transition(transition, self._privacy))

    def _when_started[*ArgsT](self, emit: Callable[[*ArgsT], None], *args: *ArgsT) -> None:
        if self.is_started:
            emit(*args)
        else:
            self._early.append(partial(emit, *args))

    def _emit(self, transition: Transition) -> None:
        # Described once, however many ask for it.
        described = describe_transition(transition)
        for whom in (None, transition.extension_id):
            call_all(self._listeners.get(whom, ()), transition)
            call_all(self._described_listeners.get(whom, ()), transition, described)
