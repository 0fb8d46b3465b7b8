"""diagnose(monitor): every rule is asked; the findings are ranked from cause to symptom."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Protocol

from vegrad_course.diagnosis.facts import Facts
from vegrad_course.diagnosis.findings import Diagnosis, Finding
from vegrad_course.diagnosis.rules import LAST_RULES, RULES
from vegrad_course.diagnosis.rules.certainty import sure
from vegrad_course.diagnosis.rules.steps import FALLEN
from vegrad_course.diagnosis.rules.travel import LOST
from vegrad_course.errors import Refusal
from vegrad_course.monitor.records import Log

Rule = Callable[[Facts], Finding | None]


class HasLog(Protocol):
    """A monitor."""

    @property
    def log(self) -> Log: ...


def diagnose(monitor: HasLog | Log) -> Diagnosis:
    """Name what ails a training run, from its monitor or from a log.

    The rules stand in the order of cause and effect: units that died at the start also stop the
    gradient, and a gradient that explodes also makes the loss jump. So the first finding is the
    one to treat; later ones may be its consequences.
    """
    log = monitor if isinstance(monitor, Log) else monitor.log
    _refuse(log)
    facts = Facts(log)
    found = tuple(spoken(RULES, facts)) or tuple(islice(spoken(LAST_RULES, facts), 1))
    return Diagnosis(found or (healthy(facts),), log.notes)


def spoken(rules: Iterable[Rule], facts: Facts) -> Iterator[Finding]:
    return (finding for rule in rules if (finding := rule(facts)))


def healthy(facts: Facts) -> Finding:
    """Nothing was found: say what was looked at."""
    evidence = [f"the loss fell by {facts.drop:.0%}"] if len(facts.losses) > 1 else []
    if len(facts.hidden) > 1:
        ratio = 10**facts.depth_gain
        evidence.append(f"the gradient at the first hidden layer is {ratio:.2g} times the last's")
    if facts.update is not None:
        evidence.append(f"a typical step changes the weights by {10**facts.update:.1e}")
    return Finding("healthy", tuple(evidence), _sure_of_health(facts), (), facts.steps)


def _sure_of_health(facts: Facts) -> float:
    """As sure as the number that comes closest to its bound allows."""
    travel = LOST - max(abs(facts.depth_gain), abs(facts.time_gain))
    margins = [sure(travel, 0.15)]
    if len(facts.losses) > 1:
        margins.append(sure(facts.drop - FALLEN, 0.03))
    return min(margins)


def _refuse(log: Log) -> None:
    if not log.measured:
        raise Refusal(
            "a diagnosis needs at least one measured step: got none. "
            "Call `monitor.step(loss)` after each optimizer step."
        )
    if all(layer.state == "missing" for record in log.measured for layer in record.layers):
        raise Refusal(
            "a diagnosis needs gradients: this monitor never saw a backward pass. "
            "Call `loss.backward()` before `monitor.step(loss)`."
        )
