"""No attack gains, reaches the host or harms others; no honest work suffers; each attack is real."""

import pytest

from tests.attacks import stock
from tests.attacks.catalogue import ATTACKS, BY_NAME, HONEST
from tests.attacks.ours import played
from tests.attacks.run import HOSTILE_LIMITS, honest

QUICK = [
    "skip-tag",
    "own-check",
    "agreeable-float",
    "reply-with-verdict",
    "reference-package",
    "frames",
    "environment",
    "own-marks",
    "file-outside",
    "shadow-course",
    "pipe",
    "background",
    "loopback",
    "flipped",
    "broadcasts",
]
QUICK_HONEST = ["plain", "untouched", "warns", "no-marks", "float32", "class", "partial", "forward"]
ON_STOCK = [a for a in ATTACKS if a.works_on in ("stock", "asserts", "unzip")]
WITHOUT_A_WALL = [a for a in ATTACKS if a not in ON_STOCK]
REST = [a.name for a in ATTACKS if a.name not in QUICK]
REST_HONEST = [h.name for h in HONEST if h.name not in QUICK_HONEST]


def test_the_catalogue_is_large_and_says_of_each_attack_what_it_tries():
    assert len(BY_NAME) == len(ATTACKS) >= 65
    assert len({item.id for item in (*ATTACKS, *HONEST)}) == len(ATTACKS) + len(HONEST)
    assert len(HONEST) >= 28
    assert all(attack.tries and attack.wants and attack.category for attack in ATTACKS)


def no_harm(names):
    results, _ = played([BY_NAME[name] for name in names], HOSTILE_LIMITS)
    for result in results:
        assert result.gained == 0, result
        assert result.touched == (), result
        assert result.affected == (), result
        assert result.verdict != "none", result


def no_punishment(names):
    for name, marks, due, verdicts in honest([h for h in HONEST if h.name in names]):
        assert marks == due, (name, marks, due, verdicts)


def test_some_attacks_do_no_harm():
    no_harm(QUICK)


def test_some_honest_work_gets_its_marks():
    no_punishment(QUICK_HONEST)


@pytest.mark.slow
def test_the_other_attacks_do_no_harm():
    no_harm(REST)


@pytest.mark.slow
def test_the_other_honest_work_gets_its_marks():
    no_punishment(REST_HONEST)


def test_a_few_attacks_succeed_on_stock_nbgrader():
    succeed(ON_STOCK[:2])


@pytest.mark.slow
def test_every_attack_succeeds_on_stock_nbgrader():
    succeed(ON_STOCK)


def succeed(attacks):
    failed = {a.name: outcome for a, outcome in stock.prove(attacks) if not outcome.successes}
    assert not failed


@pytest.mark.slow
@pytest.mark.parametrize("attack", WITHOUT_A_WALL, ids=lambda attack: attack.name)
def test_the_others_succeed_when_a_wall_is_removed(attack):
    without = tuple(attack.works_on.split(", "))
    results, _ = played([attack], HOSTILE_LIMITS, without=without)
    assert results[0].touched or results[0].gained or results[0].affected
