"""What is going on in the graph at this moment: who runs, in whose world, and what is still to run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .protocols import Observer, Running

if TYPE_CHECKING:
    from .nodes import Computation, Owner


class Now:
    """The one state of the engine.

    An object rather than globals of a module: it changes at each run, storing a slot is many times cheaper,
    and the parts of the engine share it.

    Attributes
    ----------
    listener:
        The computation that tracks.
    owner:
        The owner of what is made.
    updates:
        The pure computations that are due, or None where no flush is going on.
    effects:
        The effects that are due, or None outside of the outermost flush.
    running:
        The transition whose world is swapped in.
    observer:
        Who hears of each write and each run.
    transitions:
        How many transitions are pending, of all scopes.
    watched:
        Whether a transition is pending or somebody observes: a run has to look at more than itself.
    """

    __slots__ = ("effects", "listener", "observer", "owner", "running", "transitions", "updates", "watched")

    listener: Computation | None
    owner: Owner | None
    updates: list[Computation] | None
    effects: list[Computation] | None

    def __init__(self) -> None:
        self.listener = None
        self.owner = None
        self.updates = None
        self.effects = None
        self.running: Running | None = None
        self.observer: Observer | None = None
        self.transitions = 0
        self.watched = False

    def enter(self, transition: Running | None) -> None:
        """Say whose world is swapped in."""
        self.running = transition
        self.watched = self.transitions > 0 or self.observer is not None

    def observe(self, who: Observer | None) -> None:
        """Let `who` hear of each write and each run, or nobody."""
        self.observer = who
        self.watched = self.transitions > 0 or who is not None

    def count_transitions(self, change: int) -> None:
        """One more transition is pending, or one less."""
        self.transitions += change
        self.watched = self.transitions > 0 or self.observer is not None


now = Now()
