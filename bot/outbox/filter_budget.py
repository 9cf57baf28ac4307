"""Filter budget: JMESPath as the library has it, with steps counted and their number bounded.

A server's admin is a stranger to this process. One node visited is one step; what a single node
may do to long texts and large lists is charged by their size.
"""

from collections.abc import Callable, Iterable
from typing import Any, cast

from jmespath.functions import Functions
from jmespath.visitor import Options, TreeInterpreter

STEPS_LIMIT = 1500  # about a millisecond
CHARACTERS = 256  # of a text that is read, compared or copied: one step
COMPARISONS = 1024  # of characters while one text is sought in another: one step
LONGEST_SOUGHT = 100  # characters; the search for more is linear (CPython's two-way search)
DIGITS = 16  # of a text that becomes a number: one step


class TooManySteps(Exception):
    """Failure of an evaluation given up: on this event it would hold up everybody else."""


class Evaluation(TreeInterpreter):
    """One evaluation; `steps` says what it cost so far."""

    def __init__(self) -> None:
        self.steps = 0
        super().__init__(Options(custom_functions=_Counted(self.spend)))

    def spend(self, steps: int) -> None:
        """Count these steps; TooManySteps where they are too many."""
        self.steps += steps
        if self.steps > STEPS_LIMIT:
            raise TooManySteps

    def visit(self, node: Any, *args: Any, **kwargs: Any) -> Any:
        self.steps += 1  # as `spend` does, without a call for every node
        if self.steps > STEPS_LIMIT:
            raise TooManySteps
        return super().visit(node, *args, **kwargs)

    def visit_comparator(self, node: Any, value: Any) -> Any:
        return super().visit_comparator(self._weighed(node, value), value)

    def visit_flatten(self, node: Any, value: Any) -> Any:
        return super().visit_flatten(self._weighed(node, value), value)

    def visit_slice(self, node: Any, value: Any) -> Any:
        found = super().visit_slice(node, value)
        self.spend(len(found or ()))  # copied at one go, however long
        return found

    def _weighed(self, node: Any, value: Any) -> Any:
        """The node with its children known and paid for, for the library to go on from there."""
        known = [self.visit(child, value) for child in node["children"]]
        for one in known:
            self.spend(weight(one))
        return {**node, "children": [*map(_literal, known)]}


class _Counted(Functions):
    """The library's functions, each paid for by the size of what it is given."""

    def __init__(self, spend: Callable[[int], None]) -> None:
        self._spend = spend

    def call_function(self, function_name: str, resolved_args: Iterable[Any]) -> Any:
        arguments = list(resolved_args)
        for argument in arguments:
            self._spend(weight(argument))
        match function_name, arguments:
            case "contains", [str(text), str(sought)]:
                self._spend(len(text) * min(len(sought), LONGEST_SOUGHT) // COMPARISONS)
            case "to_number", [str(text)]:
                self._spend(len(text) // DIGITS)
            case _:
                pass
        return super().call_function(function_name, arguments)


def _literal(value: Any) -> Any:
    return {"type": "literal", "value": value, "children": []}


def weight(value: Any) -> int:
    """The steps of reading a value to its depths; counting ends where they are too many.

    Lists may hold the same list many times: it counts each time, for it is read each time.
    """
    steps = 0
    waiting: list[Any] = [value]
    while waiting and steps <= STEPS_LIMIT:
        one = waiting.pop()
        steps += 1
        if isinstance(one, str):
            steps += len(one) // CHARACTERS
        elif isinstance(one, int):
            steps += one.bit_length() // CHARACTERS
        elif isinstance(one, list | dict):
            inside = cast("list[Any] | dict[str, Any]", one)
            if len(inside) > STEPS_LIMIT:
                return len(inside)
            waiting.extend(inside)
            if isinstance(inside, dict):
                waiting.extend(inside.values())
    return steps
