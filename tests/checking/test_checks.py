"""check, hint and progress, as a learner meets them."""

import numpy as np
import pytest

from vegrad_course import check, hint, progress
from vegrad_course.errors import Refusal


def right_sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * z))


def returns_sigma(z):
    return 1 / (1 + np.exp(-np.clip(z, -80, 80)))


def test_the_repr_is_the_score_alone():
    assert repr(check(sigmoid=right_sigmoid)) == "3.0"
    assert repr(check(sigmoid_grad=returns_sigma)) == "0.0"
    assert repr(check(max_slope=0.25)) == "1.0"
    assert repr(check(max_slope=...)) == "0.0"


def test_one_point_is_a_point():
    assert check(max_slope=0.25).headline.endswith(", 1 of 1 point")
    assert check(sigmoid=right_sigmoid).headline.endswith(", 3 of 3 points")


def test_a_function_finds_its_exercise_by_name():
    def sigmoid(z):
        return right_sigmoid(z)

    assert check(sigmoid).passed


def test_the_card_names_the_mistake_and_quotes_the_numbers():
    report = check(sigmoid_grad=returns_sigma)
    card = report._repr_html_()
    assert "0 of 4 cases right" in card
    assert "You returned sigma, the height of the curve" in card
    assert "0.024288" in card, "the student's own number"
    assert "hint(&quot;sigmoid_grad&quot;)" in card
    assert "You returned sigma" in str(report)


def test_the_card_never_shows_the_right_number():
    assert "0.25" not in check(max_slope=0.5)._repr_html_()
    assert "89" not in check(tanh_breaks_at=710)._repr_html_()


def test_an_unwritten_answer_is_waiting_not_wrong():
    def sigmoid(z):
        raise NotImplementedError()

    report = check(sigmoid)
    assert report.score == 0
    assert "not written yet" in report.headline
    assert str(report) == "sigmoid: not written yet, 0 of 3 points"
    assert "Write it in the cell above" in report._repr_html_()


def test_what_a_student_returns_cannot_write_html():
    def sigmoid(z):
        raise ValueError("<script>alert(1)</script>")

    assert "<script>" not in check(sigmoid)._repr_html_()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: check(), "It got nothing"),
        (lambda: check(0.25), "bare value 0.25"),
        (lambda: check(max_slope=1, sigmoid=2), "2 names at once"),
        (lambda: check(sigmoid_gard=right_sigmoid), "Did you mean 'sigmoid_grad'?"),
        (lambda: check(lambda z: z), "There is no exercise '<lambda>'"),
        (lambda: hint("sigmoyd"), "Did you mean 'sigmoid'?"),
        (lambda: check("sigmoid"), "Write check(sigmoid=sigmoid)."),
        (lambda: check("sigmoyd"), "bare value 'sigmoyd'"),
        (lambda: check(np.ones(2)), "bare value array"),
        (lambda: hint(right_sigmoid), "There is no exercise 'right_sigmoid'"),
        (lambda: hint(), 'it got nothing. Write the name in quotation marks, such as hint("'),
        (lambda: hint(0.25), "it got 0.25"),
        (lambda: progress("99"), "There is no lesson '99'. They are 00 to 12; `vegrad lessons`"),
    ],
)
def test_a_wrong_call_is_refused_in_one_line(call, words):
    with pytest.raises(Refusal) as refused:
        call()
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)
    assert refused.value._render_traceback_() == [str(refused.value)]


def test_hints_open_one_at_a_time_and_stop_at_three():
    shown = [len(hint("sigmoid").shown) for _ in range(4)]
    assert shown == [1, 2, 3, 3]
    assert "last hint" in repr(hint("sigmoid"))


def test_a_hint_of_a_function_and_how_to_get_the_next():
    def sigmoid(z):
        return z

    assert hint(sigmoid).headline == "sigmoid: hint 1 of 3"
    assert hint("sigmoid").note == 'For the next one: hint("sigmoid") again.'
    assert "last hint" in hint(sigmoid)._repr_html_()


def test_progress_of_one_lesson():
    check(sigmoid=right_sigmoid)
    for shown in (progress("01"), progress(1), progress("01_sigmoid_derivative")):
        first, second = repr(shown).splitlines()
        assert first == "1 of 8 exercises done" and "01_sigmoid" in second
    assert progress("01")._repr_html_().count("<tr>") == 1


def test_progress_counts_what_passed():
    assert "░░░░░░░░ 0/8" in repr(progress())
    check(sigmoid=right_sigmoid)
    check(sigmoid_grad=returns_sigma)
    assert "█░░░░░░░ 1/8" in repr(progress())
    check(sigmoid=returns_sigma)
    assert "█░░░░░░░ 1/8" in repr(progress()), "a pass is never taken away"
    assert "1 of 8" in progress()._repr_html_()
