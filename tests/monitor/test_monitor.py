"""The monitor writes down what happened, keeps it in bounded memory, and leaves nothing behind."""

import math

import pytest
import torch
from torch import nn

from vegrad_course.errors import Refusal
from vegrad_course.monitor import GradientMonitor


def mlp(depth=3, width=8, activation=nn.Tanh):
    torch.manual_seed(0)
    hidden = [part for _ in range(depth) for part in (nn.Linear(width, width), activation())]
    return nn.Sequential(*hidden, nn.Linear(width, 2))


def run(model, steps=6, rate=0.1, size=8, monitor=None, optimizer=torch.optim.SGD, **options):
    optimizer = optimizer(model.parameters(), lr=rate)
    x, y = torch.randn(16, size), torch.randint(0, 2, (16,))
    with monitor or GradientMonitor(model, **options) as monitor:
        for _ in range(steps):
            loss = nn.functional.cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            monitor.step(loss)
    return monitor


def hooks(model):
    return sum(
        len(found)
        for module in model.modules()
        for found in (
            module._forward_hooks,
            module._forward_pre_hooks,
            module._backward_hooks,
            module._backward_pre_hooks,
        )
    )


def test_norms_are_those_of_autograd():
    model = mlp()
    x, y = torch.randn(16, 8), torch.randint(0, 2, (16,))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    before = [p.detach().clone() for p in model[0].parameters()]
    with GradientMonitor(model) as monitor:
        hidden = model[0](x)
        loss = nn.functional.cross_entropy(model[1:](hidden), y)
        signal, *expected = torch.autograd.grad(
            loss, [hidden, *model[0].parameters()], retain_graph=True
        )
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        record = monitor.step(loss)
    layer = record.layers[0]
    norm = math.sqrt(sum(float(g.square().sum()) for g in expected))
    assert 10**layer.log10_gradient == pytest.approx(norm, rel=1e-5)
    assert 10**layer.log10_signal == pytest.approx(float(signal.square().mean().sqrt()), rel=1e-5)
    weights = math.sqrt(sum(float(w.square().sum()) for w in before))
    assert 10**layer.log10_update == pytest.approx(0.5 * norm / weights, rel=1e-4)
    assert layer.mean == pytest.approx(hidden.mean().item(), abs=1e-6)
    assert layer.spread == pytest.approx(hidden.std(correction=0).item(), rel=1e-5)
    assert layer.activation == "tanh"
    slopes = 1 - torch.tanh(hidden.detach()) ** 2
    assert layer.saturated == pytest.approx(float((slopes < 0.05).float().mean()))
    assert record.loss == pytest.approx(float(loss.detach()))
    assert record.learning_rate == 0.5


def test_training_is_the_same_with_a_monitor():
    watched, alone = mlp(), mlp()
    torch.manual_seed(1)
    run(watched, steps=30, every=3)
    torch.manual_seed(1)
    optimizer = torch.optim.SGD(alone.parameters(), lr=0.1)
    x, y = torch.randn(16, 8), torch.randint(0, 2, (16,))
    for _ in range(30):
        loss = nn.functional.cross_entropy(alone(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    for one, other in zip(watched.parameters(), alone.parameters(), strict=True):
        assert torch.equal(one, other)


def test_layers_are_measured_first_at_each_step_and_then_at_every_nth():
    monitor = run(mlp(), steps=45, every=10)
    assert [r.step for r in monitor.log.measured] == [0, 1, 2, 3, 10, 20, 30, 40]
    assert len(monitor.log.losses) == 45


def test_memory_is_bounded_and_what_is_not_finite_stays():
    model = mlp()
    x = torch.randn(4, 8)
    with GradientMonitor(model, every=1, cap=8) as monitor:
        for step in range(300):
            model.zero_grad()
            loss = model(x).square().mean()
            loss.backward()
            monitor.step(loss if step != 37 else math.nan)
    assert len(monitor.log.measured) <= 8
    assert len(monitor.log.steps) <= 88
    assert monitor.log.steps[0].step == 0
    assert any(math.isnan(r.loss) for r in monitor.log.steps)


def test_zero_and_underflow_are_told_apart():
    deep = nn.Sequential(*[m for _ in range(40) for m in (nn.Linear(4, 4), nn.Sigmoid())])
    with torch.no_grad():
        for parameter in deep.parameters():
            parameter.mul_(0.02)
    dead = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 2))
    nn.init.constant_(dead[0].bias, -100)
    states = {}
    for name, model in (("deep", deep), ("dead", dead)):
        with GradientMonitor(model) as monitor:
            model(torch.randn(8, 4)).sum().backward()
            states[name] = [layer.state for layer in monitor.step().layers]
    assert states["deep"][0] == "underflow" and states["deep"][-1] == "finite"
    assert states["dead"][0] == "zero" and states["dead"][-1] == "finite"


def test_no_hook_remains_after_the_loop_or_after_an_exception():
    model = mlp()
    run(model)
    assert hooks(model) == 0
    model.train()
    with pytest.raises(RuntimeError, match="shapes cannot be multiplied"):
        run(model, size=5)
    assert hooks(model) == 0 and model.training
    assert torch.overrides._get_current_function_mode() is None
    from torch.optim import optimizer

    assert not optimizer._global_optimizer_pre_hooks
    assert not optimizer._global_optimizer_post_hooks


def test_two_monitors_see_the_same():
    model = mlp()
    first, second = GradientMonitor(model), GradientMonitor(model, every=2)
    optimizer = torch.optim.Adam(model.parameters())
    with first, second:
        for _ in range(6):
            loss = model(torch.randn(4, 8)).square().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            first.step(loss)
            second.step(loss)
    assert first.log.measured[2].layers == second.log.measured[2].layers
    assert hooks(model) == 0


def test_attach_and_detach_by_hand():
    model = mlp()
    monitor = GradientMonitor(model).attach()
    assert hooks(model) > 0
    monitor.detach()
    assert hooks(model) == 0


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: GradientMonitor(nn.Tanh()), "must have parameters: got none"),
        (lambda: GradientMonitor("model"), "must be a torch.nn.Module: got str"),
        (lambda: GradientMonitor(mlp(), every=0), "every must be >= 1"),
        (lambda: GradientMonitor(mlp()).step(1.0), "must be attached"),
        (lambda: GradientMonitor(mlp()).attach().step("low"), "must be one number: got 'low'"),
        (lambda: GradientMonitor(mlp()).attach().step(torch.ones(3)), r"shape \(3,\)"),
        (lambda: GradientMonitor(mlp()).attach().step([1]), "must be one number"),
    ],
)
def test_bad_input_is_refused_in_one_line(make, said):
    with pytest.raises(Refusal, match=said) as refusal:
        make()
    assert "\n" not in str(refusal.value)


def test_a_live_view_counts_the_steps_and_can_go_on(capsys):
    model = mlp()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with GradientMonitor(model) as monitor:
        seen = []
        for _ in range(2):
            for step in monitor.live(6):
                optimizer.zero_grad()
                loss = model(torch.randn(4, 8)).square().mean()
                loss.backward()
                optimizer.step()
                monitor.step(loss)
                seen.append(step)
                if step == 2 and len(seen) == 3:
                    break
    assert seen == [0, 1, 2, 3, 4, 5]
    assert "6 of 6 steps done" in capsys.readouterr().out
    assert not monitor.watchers
