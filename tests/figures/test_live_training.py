"""Live training, without a browser: the loop, what is kept, what is shown, what it may cost."""

import io
import json
import math
import signal

import numpy as np
import pytest
import torch
from playwright.sync_api import expect
from rich.console import Console

from tests.browser.lab import jupyterlab, open_notebook, problems, real, write_notebook
from vegrad_course.errors import Refusal
from vegrad_course.plots import render_png
from vegrad_course.widgets import LiveTraining
from vegrad_course.widgets.training.allowance import Allowance
from vegrad_course.widgets.training.gradients import layers, log10_norms
from vegrad_course.widgets.training.history import BINS, COLUMNS, WAITING
from vegrad_course.widgets.training.interrupt import on_interrupt
from vegrad_course.widgets.training.notebook import TrainingFigure
from vegrad_course.widgets.training.picture import picture
from vegrad_course.widgets.training.run import Run
from vegrad_course.widgets.training.terminal import Terminal


def usual(number, frame):
    """The handler that every loop must put back."""
    raise KeyboardInterrupt


@pytest.fixture(autouse=True)
def the_handler_is_put_back():
    before = signal.signal(signal.SIGINT, usual)
    yield
    assert signal.signal(signal.SIGINT, before) is not on_interrupt


@pytest.fixture
def model():
    torch.manual_seed(0)
    return torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 1))


def train(model, watch, *, each=lambda step: None, lr=0.1):
    """The learner's loop. Returns the steps that it saw."""
    optimizer, seen = torch.optim.SGD(model.parameters(), lr), []
    for step in watch:
        optimizer.zero_grad()
        loss = model(torch.ones(2, 3)).square().mean()
        loss.backward()
        watch.record(loss)
        optimizer.step()
        seen.append(step)
        each(step)
    return seen


def interrupt_at(at, times=1):
    def each(step):
        if step == at:
            for _ in range(times):
                signal.raise_signal(signal.SIGINT)

    return each


def test_all_steps_run_once_and_the_loss_is_that_of_the_loop(model, capsys):
    watch = LiveTraining(model, 20)
    first = model(torch.ones(2, 3)).square().mean().item()
    assert train(model, watch) == list(range(20))
    assert watch.run.first == first > watch.run.last
    assert capsys.readouterr().out.startswith("20 of 20 steps done. The loss went from ")
    assert train(model, watch) == []


def test_an_interrupt_stops_after_the_step_and_the_next_loop_goes_on(model, capsys):
    watch = LiveTraining(model, 20)
    assert train(model, watch, each=interrupt_at(6)) == list(range(7))
    assert signal.getsignal(signal.SIGINT) is usual
    assert "Stopped after 7 of 20 steps. Run the loop again to go on." in capsys.readouterr().out
    assert train(model, watch) == list(range(7, 20))
    assert watch.run.losses.curves()["step"].tolist() == list(range(20))


def test_a_second_interrupt_is_the_usual_one(model):
    watch = LiveTraining(model, 20)
    with pytest.raises(KeyboardInterrupt):
        train(model, watch, each=interrupt_at(3, times=2))
    assert signal.getsignal(signal.SIGINT) is usual
    assert watch.run.state == "stopped"


def test_stop_and_break_end_the_loop_too(model):
    watch = LiveTraining(model, 20)
    assert train(model, watch, each=lambda step: watch.stop()) == [0]
    for _ in watch:
        watch.record(1.0)
        break
    assert watch.run.done == 2 and watch.run.state == "stopped"
    assert train(model, watch) == list(range(2, 20))


def test_an_exception_passes_through_and_everything_is_restored(model, capsys):
    watch = LiveTraining(model, 20)
    with pytest.raises(ZeroDivisionError):
        train(model, watch, each=lambda step: 1 / (4 - step))
    assert signal.getsignal(signal.SIGINT) is usual and watch.run.state == "stopped"
    assert not any(m._forward_hooks or m._backward_hooks for m in model.modules())
    assert "Stopped after 5 of 20 steps" in capsys.readouterr().out
    with pytest.raises(Refusal, match="no step runs"):
        watch.record(1.0)
    assert train(model, watch)[0] == 5


def test_two_runs_at_once_each_have_their_own_record_and_one_interrupt_stops_both(model):
    one, two = LiveTraining(model, 20), LiveTraining(model, 9)
    for a, b in zip(one, two, strict=False):
        one.record(1.0 + a)
        two.record(5.0)
        interrupt_at(3)(b)
    assert (one.run.done, two.run.done) == (4, 4) and (one.run.last, two.run.last) == (4.0, 5.0)
    assert signal.getsignal(signal.SIGINT) is usual
    for _ in one:
        one.record(1.0)
        assert train(model, two) in (list(range(4, 9)), [])
    assert (one.run.state, two.run.state) == ("ended", "ended")
    assert signal.getsignal(signal.SIGINT) is usual


@pytest.mark.parametrize(("loss", "said"), [(math.nan, "not a number"), (math.inf, "∞")])
def test_a_diverged_run_stops_and_says_so(model, capsys, loss, said):
    watch, seen = LiveTraining(model, 20), []
    for step in watch:
        seen.append(step)
        watch.record(loss if step == 4 else 1.0)
    assert seen == [0, 1, 2, 3, 4]
    out = capsys.readouterr().out
    assert f"Diverged at step 4: the loss is {said}. Lower the learning rate" in out
    scene = picture(watch.run).scene()
    assert scene.data["diverged"] == 4 and render_png(scene).startswith(b"\x89PNG")
    assert watch.run.losses.curves()["step"].tolist() == [0, 1, 2, 3]


def test_a_real_explosion_is_seen_in_the_loss_and_in_the_cells(model):
    watch = LiveTraining(model, 500)
    train(model, watch, lr=1e6)
    assert watch.run.diverged and watch.run.done < 500
    assert np.nanmax(watch.run.gradients.cells[1]) > 5


def test_a_run_that_diverges_at_once_still_has_a_picture(model):
    watch = LiveTraining(model, 5)
    model[0].weight.data.fill_(math.nan)
    assert train(model, watch) == [0]
    assert "not finite in layer 1" in picture(watch.run).scene().alt
    assert len(picture(watch.run).scene().data["lost_step"]) == 1 + 2  # one lies off the panel
    assert render_png(picture(watch.run).scene()).startswith(b"\x89PNG")


@pytest.mark.parametrize("steps", [1, 59, 60, 61, 250, 251, 10**9])
def test_memory_is_bounded_and_the_last_step_has_its_place(steps):
    run = Run(steps, ["a", "b"])
    for step in {0, steps // 2, steps - 1}:
        run.add(step, 2.0)
        run.gradients.add(step, np.array([-1.0, -2.0]))
    assert len(run.losses.low) == len(run.losses.count) <= BINS
    for step in range(3000):
        run.losses.add(step % steps, 2.0)
        assert len(run.losses.waiting) < WAITING
    assert run.gradients.cells.shape[1] <= COLUMNS
    scene = picture(run).scene()
    assert scene.data["cells"].shape == (2, run.gradients.cells.shape[1] + 1)  # not thinned


def test_thinning_keeps_the_extremes():
    run = Run(10_000, ["a"])
    for step in range(10_000):
        run.add(step, {5003: 1e6, 5004: 1e-6}.get(step, 1.0))
        run.gradients.add(step, np.array([{7001: 3.0}.get(step, -4.0)]))
    curves, cells = run.losses.curves(), run.gradients.cells
    assert curves["high"].max() == 1e6 and curves["low"].min() == 1e-6
    assert curves["step"][curves["high"].argmax()] == pytest.approx(5003, abs=run.losses.width)
    assert cells.max() == 3.0 and (cells == -4.0).sum() == cells.size - 1


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.mark.parametrize("cost", [0.0, 0.002, 0.05])
def test_frames_are_at_most_ten_a_second_and_keep_their_share_of_the_time(monkeypatch, cost):
    clock = Clock()
    monkeypatch.setattr("time.perf_counter", clock)
    allowance, frames = Allowance(share=0.02, interval=0.1), 0
    for _ in range(100_000):
        clock.now += 0.001
        if clock.now >= allowance.due:
            with allowance.use():
                clock.now += cost
                frames += 1
    assert 10 < frames <= 10 * clock.now + 1
    assert (frames - 1) * cost <= 0.02 * clock.now


def with_gradient(values, dtype=torch.float32):
    parameter = torch.nn.Parameter(torch.zeros(len(values), dtype=dtype))
    parameter.grad = torch.tensor(values, dtype=dtype)
    return parameter


@pytest.mark.parametrize("scale", [1e-44, 1e-30, 1e-12, 1.0, 1e12, 1e30])
def test_norms_are_right_where_float32_squares_are_not(scale):
    values = np.array([3.0, 4.0, 12.0]) * scale
    found = log10_norms([[with_gradient(values[:2]), with_gradient(values[2:])]])
    exact = np.float32(values).astype(float)
    assert found[0] == pytest.approx(np.log10(np.linalg.norm(exact)), abs=1e-6)


def test_zero_tiny_missing_and_not_finite_are_told_apart():
    groups = [
        [with_gradient([0.0, 0.0])],
        [with_gradient([1e-45, 0.0])],
        [torch.nn.Parameter(torch.zeros(2))],
        [with_gradient([math.nan, 1.0])],
        [with_gradient([math.inf, 1.0]), with_gradient([0.0])],
        [with_gradient([1e-200], torch.float64)],
    ]
    found = log10_norms(groups)
    assert found[[0, 3, 4]].tolist() == [-math.inf, math.inf, math.inf]
    assert -45 < found[1] < -44 and math.isnan(found[2]) and found[5] == pytest.approx(-200)


def test_layers_are_the_modules_that_learn(model):
    model[0].bias.requires_grad_(False)
    assert {name: len(group) for name, group in layers(model).items()} == {"0": 1, "2": 2}
    model[0].weight.requires_grad_(False)
    assert list(layers(model)) == ["2"]


def test_zero_gradients_are_marked_in_the_picture(model):
    watch = LiveTraining(model, 3)
    for _ in watch:
        (0 * model(torch.ones(1, 3)).sum()).backward()
        watch.record(1.0)
    scene = picture(watch.run).scene()
    assert len(scene.data["zero_step"]) == 1 + 2 * 3  # one lies off the panel
    assert np.isnan(scene.data["cells"][:, :-1]).all()
    assert "exactly zero in layer 1" in scene.alt and "● zero" in scene.alt
    assert render_png(scene).startswith(b"\x89PNG")


@pytest.mark.parametrize("first", [1.0, 0.0], ids=["some", "all"])
def test_losses_that_a_log_axis_cannot_show_are_mentioned(model, first):
    watch = LiveTraining(model, 4)
    for step in watch:
        watch.record(first - step)
    assert "values at or below zero are not on this log axis" in picture(watch.run).scene().alt


def test_a_terminal_shows_a_bar(model, monkeypatch):
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=100)
    monkeypatch.setattr("vegrad_course.widgets.live_training.screen", lambda run: Terminal(console))
    one, two = LiveTraining(model, 5), LiveTraining(model, 5)
    for _ in one:
        one.record(0.25)
        train(model, two)  # a bar inside a bar
    text = screen.getvalue()
    assert "5/5" in text and "loss 0.25" in text and "steps/s" in text and "━" in text
    assert text.rstrip().endswith("5 of 5 steps done. The loss went from 0.25 to 0.25.")


def test_without_a_terminal_there_is_one_line(model, capsys):
    train(model, LiveTraining(model, 5))
    assert capsys.readouterr().out.count("\n") == 1


def test_the_notebook_figure_is_small_and_says_the_same(model):
    watch = LiveTraining(model, 100_000)
    for step in range(2000):
        watch.run.add(50 * step, 1.0 + step)
        watch.run.gradients.add(50 * step, np.array([-1.0, -2.0]))
    figure = TrainingFigure(watch.run)
    state = json.dumps(figure.get_state(), default=lambda value: "=" * (len(bytes(value)) * 4 // 3))
    assert len(state) <= 25_000
    assert figure.compute().alt.startswith("99951 of 100000 steps done. The loss went from 1 to 2")
    assert set(figure._repr_mimebundle_()[0]) >= {"text/html", "image/png", "text/plain"}
    figure.running = True
    assert "image/png" not in figure._repr_mimebundle_()[0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((torch.nn.Linear(1, 1), 0), "steps must be a whole number of at least 1: got 0."),
        ((torch.nn.Linear(1, 1), 2.5), "steps must be a whole number of at least 1: got 2.5."),
        ((torch.nn.Tanh(), 5), "model must have parameters that learn: got Tanh with none."),
        ((3, 5), "model must be a torch.nn.Module: got int."),
    ],
)
def test_bad_arguments_are_refused_in_one_line(arguments, message):
    with pytest.raises(Refusal) as caught:
        LiveTraining(*arguments)
    assert str(caught.value).startswith(message) and "\n" not in str(caught.value)


@pytest.mark.parametrize("loss", ["0.5", None, torch.ones(3), np.ones(2), [1.0]])
def test_a_loss_that_is_not_one_number_is_refused(model, loss):
    watch = LiveTraining(model, 5)
    with pytest.raises(Refusal, match="The loss must be one number: got"):
        for _ in watch:
            watch.record(loss)
    assert watch.run.done == 0


def test_a_loop_that_records_nothing_is_told_so(model):
    with pytest.raises(Refusal, match=r"must call record\(loss\): got none in step 0"):
        for _ in LiveTraining(model, 5):
            pass


@pytest.mark.slow
def test_an_executed_notebook_keeps_the_picture_of_the_end_with_its_words():
    from nbclient import NotebookClient
    from nbformat import v4

    code = """import torch
from vegrad_course.widgets import LiveTraining
model = torch.nn.Linear(2, 1)
watch = LiveTraining(model, steps=30)
for step in watch:
    loss = model(torch.ones(1, 2)).square().sum()
    model.zero_grad(); loss.backward(); watch.record(loss)"""
    notebook = v4.new_notebook(cells=[v4.new_code_cell(code)])
    NotebookClient(notebook, timeout=120).execute()
    (output,) = [o for o in notebook.cells[0].outputs if o.output_type == "display_data"]
    assert 'alt="30 of 30 steps done. The loss went from ' in output.data["text/html"]
    assert "image/png" in output.data


SETUP = """import time, torch
from vegrad_course.widgets import LiveTraining
torch.set_num_threads(1)
model = torch.nn.Linear(4, 1)
watch, seen = LiveTraining(model, steps=100_000), []"""
LOOP = """for step in watch:
    model.zero_grad(); loss = model(torch.randn(8, 4)).square().mean(); loss.backward()
    watch.record(loss)
    time.sleep(0.01); seen.append(step)"""
TOLD = "print(len(seen) == watch.run.done, seen == list(range(len(seen))), watch.run.done)"


def start(page, command):
    """Give a command and do not wait until it has run."""
    page.evaluate("name => { window.jupyterapp.commands.execute(name) }", command)


def told(page):
    """What the last cell printed: two checks, and how many steps are done."""
    line = page.locator(".jp-OutputArea-output pre").last
    expect(line).to_contain_text("True", timeout=30_000)
    return line.inner_text().split()


@pytest.mark.browser
@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_stop_ends_a_running_cell_and_the_loop_goes_on_when_run_again(browser, tmp_path, app):
    write_notebook(tmp_path / "train.ipynb", [SETUP, LOOP, TOLD])
    with jupyterlab(tmp_path, app) as address:
        page = browser.new_page(viewport={"width": 1100, "height": 1300})
        found = problems(page)
        open_notebook(page, address, "train.ipynb", app)
        start(page, "notebook:run-all-cells")
        title, button = page.locator(".vg-title"), page.locator(".vg-control button")
        expect(button).to_be_visible(timeout=60_000)
        expect(title).to_contain_text("Training: ")
        page.wait_for_timeout(1500)
        page.screenshot(path=tmp_path / "running.png")
        button.click()
        expect(title).to_contain_text("Run the loop again to go on", timeout=10_000)
        expect(button).to_be_hidden()
        whole, in_order, before = told(page)
        assert (whole, in_order) == ("True", "True")
        page.locator(".jp-CodeCell").nth(1).locator(".cm-content").click()
        start(page, "notebook:run-cell-and-select-next")
        expect(title).to_contain_text("Training: ", timeout=10_000)
        page.wait_for_timeout(1500)
        expect(page.locator(".vg")).to_have_count(1)
        start(page, "notebook:interrupt-kernel" if app == "notebook" else "kernelmenu:interrupt")
        expect(title).to_contain_text("Stopped after", timeout=10_000)
        start(page, "notebook:run-cell-and-select-next")
        page.wait_for_timeout(1000)
        whole, in_order, after = told(page)
        assert (whole, in_order) == ("True", "True") and int(after) > int(before)
        assert real(found) == []
