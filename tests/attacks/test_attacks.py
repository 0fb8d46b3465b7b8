"""No attack gains, reaches the host or harms others; no honest work suffers; each is real."""

import pytest

from tests.attacks.catalogue import ATTACKS, BY_NAME, HONEST
from tests.attacks.ours import played
from tests.attacks.proof import prove
from tests.attacks.run import HOSTILE_LIMITS, QUICK, QUICK_HONEST, honest

REST = [a.name for a in ATTACKS if a.name not in QUICK]
REST_HONEST = [h.name for h in HONEST if h.name not in QUICK_HONEST]
GROUNDS = sorted({attack.works_on for attack in ATTACKS})


def test_the_catalogue_is_large_and_says_of_each_attack_what_it_tries():
    assert len(BY_NAME) == len(ATTACKS) >= 60
    assert len({item.id for item in (*ATTACKS, *HONEST)}) == len(ATTACKS) + len(HONEST)
    assert len(HONEST) >= 25
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


@pytest.mark.slow
@pytest.mark.parametrize("ground", GROUNDS)
def test_every_attack_succeeds_where_nothing_stops_it(ground):
    attacks = [attack for attack in ATTACKS if attack.works_on == ground]
    assert not [attack.name for attack, successes in prove(attacks) if not successes]
