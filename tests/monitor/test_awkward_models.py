"""Models that are hard to watch: the monitor must see what it can, and change nothing."""

import pytest
import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

from vegrad_course.diagnosis import diagnose
from vegrad_course.monitor import GradientMonitor


class Shared(nn.Module):
    """One layer used three times, and an output tied to the embedding."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(20, 8)
        self.inner = nn.Linear(8, 8)
        self.out = nn.Linear(8, 20, bias=False)
        self.out.weight = self.embed.weight

    def forward(self, x):
        h = self.embed(x)
        for _ in range(3):
            h = torch.tanh(self.inner(h))
        return self.out(h)


class Branches(nn.Module):
    """One branch is never used, one is frozen; activations are functions, one of them in place."""

    def __init__(self):
        super().__init__()
        self.used, self.unused, self.frozen = (nn.Linear(8, 8) for _ in range(3))
        self.frozen.requires_grad_(False)
        self.head = nn.Linear(8, 3)

    def forward(self, x):
        h = torch.relu_(self.used(x))
        return self.head(nn.functional.relu(self.frozen(h), inplace=True))


class Checkpointed(nn.Module):
    def __init__(self, reentrant):
        super().__init__()
        self.first, self.second = nn.Linear(8, 8), nn.Linear(8, 3)
        self.reentrant = reentrant

    def inner(self, x):
        return torch.tanh(self.first(x))

    def forward(self, x):
        return self.second(checkpoint(self.inner, x, use_reentrant=self.reentrant))


class Wrapper(nn.Module):
    def __init__(self, module):
        super().__init__()
        self.module = module

    def forward(self, *inputs):
        return self.module(*inputs)


class LastState(nn.Module):
    def __init__(self, kind, **options):
        super().__init__()
        self.recurrent = kind(8, 8, **options)
        self.head = nn.Linear(8, 3)

    def forward(self, x):
        return self.head(self.recurrent(x)[0][-1])


def floats():
    return torch.randn(6, 8)


def sequences():
    return torch.randn(20, 6, 8)


MODELS = {
    "shared and tied": (Shared, lambda: torch.randint(0, 20, (6, 4))),
    "unused, frozen, in place": (Branches, floats),
    "checkpoint, reentrant": (lambda: Checkpointed(True), lambda: floats().requires_grad_()),
    "checkpoint": (lambda: Checkpointed(False), floats),
    "wrapped": (lambda: Wrapper(nn.Sequential(nn.Linear(8, 8), nn.Linear(8, 3))), floats),
    "DataParallel": (lambda: nn.DataParallel(nn.Sequential(nn.Linear(8, 3))), floats),
    "RNN": (lambda: LastState(nn.RNN), sequences),
    "LSTM": (lambda: LastState(nn.LSTM), sequences),
    "GRU, two layers": (lambda: LastState(nn.GRU, num_layers=2), sequences),
    "transformer": (
        lambda: nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16, batch_first=True), 2),
        lambda: torch.randn(3, 5, 8),
    ),
    "one layer": (lambda: nn.Linear(8, 3), floats),
    "double": (lambda: nn.Linear(8, 3).double(), lambda: floats().double()),
}  # fmt: skip


def train(model, batch, steps=5):
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    with GradientMonitor(model) as monitor:
        for _ in range(steps):
            loss = model(batch()).square().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            monitor.step(loss)
    return monitor


@pytest.mark.filterwarnings("ignore:enable_nested_tensor")  # torch about its own default
@pytest.mark.parametrize("name", MODELS)
def test_every_kind_of_model_is_seen_and_left_alone(name):
    torch.manual_seed(0)
    make, batch = MODELS[name]
    model = make()
    monitor = train(model, batch)
    layers = {layer.layer: layer for layer in monitor.log.measured[-1].layers}
    trained = [layer for layer in layers.values() if layer.state == "finite"]
    assert trained and all(layer.log10_update is not None for layer in trained)
    assert any(layer.spread is not None and layer.log10_signal is not None for layer in trained)
    assert not any(module._forward_hooks for module in model.modules())
    assert diagnose(monitor).findings


def test_a_shared_layer_stands_once_and_a_tied_weight_has_one_owner():
    monitor = train(Shared(), lambda: torch.randint(0, 20, (6, 4)))
    assert sorted(info.name for info in monitor.log.layers) == ["embed", "inner", "out"]
    sizes = {info.name: info.parameters for info in monitor.log.layers}
    assert sizes == {"embed": 160, "inner": 72, "out": 0}


def test_unused_and_frozen_layers_are_missing_not_zero():
    layers = {r.layer: r for r in train(Branches(), floats).log.measured[0].layers}
    assert layers["unused"].state == layers["frozen"].state == "missing"
    assert layers["used"].state == "finite" and layers["used"].activation == "relu"


def test_names_do_not_show_wrappers():
    monitor = train(Wrapper(nn.Sequential(nn.Linear(8, 3))), floats)
    assert [info.name for info in monitor.log.layers] == ["0"]


@pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU])
def test_recurrent_layers_show_how_far_back_the_gradient_gets(kind):
    torch.manual_seed(0)
    layer = LastState(kind)
    x = sequences()
    record = train(layer, lambda: x).log.measured[0].layers[0]
    torch.manual_seed(0)
    alone, inputs = LastState(kind), x.clone().requires_grad_()
    alone(inputs).square().mean().backward()
    first, last = inputs.grad[:2].norm(), inputs.grad[-2:].norm()
    assert record.log10_over_time == pytest.approx(float((first / last).log10()), rel=1e-4)
    assert not x.requires_grad


def test_gradient_accumulation_counts_the_sum():
    model = nn.Linear(8, 3)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with GradientMonitor(model) as monitor:
        for _ in range(4):
            loss = model(floats()).square().mean()
            loss.backward()
        expected = torch.cat([p.grad.reshape(-1) for p in model.parameters()]).norm()
        optimizer.step()
        record = monitor.step(loss)
    assert 10 ** record.layers[0].log10_gradient == pytest.approx(float(expected), rel=1e-5)


def test_gradients_zeroed_at_once_are_still_seen():
    model = nn.Linear(8, 3)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with GradientMonitor(model) as monitor:
        model(floats()).square().mean().backward()
        optimizer.step()
        optimizer.zero_grad()
        assert monitor.step().layers[0].state == "finite"


def test_several_optimizers_and_a_strangers():
    model, stranger = nn.Sequential(nn.Linear(8, 8), nn.Linear(8, 3)), nn.Linear(8, 3)
    optimizers = [torch.optim.SGD(m.parameters(), lr=0.1) for m in (*model, stranger)]
    with GradientMonitor(model) as monitor:
        for _ in range(3):
            (model(floats()).square().mean() + stranger(floats()).square().mean()).backward()
            for optimizer in optimizers:
                optimizer.step()
                optimizer.zero_grad()
            record = monitor.step()
    assert all(layer.log10_update is not None for layer in record.layers)
    assert len(record.layers) == 2


def test_training_without_an_optimizer():
    model = nn.Linear(8, 3)
    with GradientMonitor(model) as monitor:
        model(floats()).square().mean().backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= 0.1 * parameter.grad
        layer = monitor.step().layers[0]
    assert layer.state == "finite" and -4 < layer.log10_update < 0


def test_bfloat16_and_a_gradient_scaler():
    model = nn.Sequential(nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 3))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.0)
    scaler = torch.amp.GradScaler("cpu", init_scale=2.0**14)
    x = floats()
    with GradientMonitor(model) as monitor:
        for scaled in (False, True):
            optimizer.zero_grad()
            with torch.autocast("cpu", dtype=torch.bfloat16):
                loss = model(x).float().square().mean()
            (scaler.scale(loss) if scaled else loss).backward()
            scaler.step(optimizer) if scaled else optimizer.step()
            scaler.update() if scaled else None
            monitor.step(loss)
    plain, scaled = (record.layers[0].log10_gradient for record in monitor.log.measured)
    assert plain == pytest.approx(scaled, abs=0.05)
    layer = nn.Linear(8, 3).bfloat16()
    assert train(layer, lambda: floats().bfloat16()).log.measured[-1].layers[0].state == "finite"


def test_a_compiled_model_keeps_its_gradients():
    model = torch.compile(
        nn.Sequential(nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 3)), backend="eager"
    )
    record = train(model, floats).log.measured[-1]
    assert [layer.layer for layer in record.layers] == ["0", "2"]
    assert all(layer.state == "finite" and layer.spread is None for layer in record.layers)


def test_validation_inside_the_loop_is_not_mixed_in():
    model = nn.Sequential(nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 3))
    with GradientMonitor(model) as monitor:
        loss = model(floats()).square().mean()
        loss.backward()
        with torch.no_grad():
            model(1e6 * floats())
        assert monitor.step(loss).layers[0].spread < 100


def test_a_hugging_face_model():
    transformers = pytest.importorskip("transformers")
    torch.manual_seed(0)
    config = transformers.GPT2Config(vocab_size=40, n_positions=16, n_embd=16, n_layer=2, n_head=2)
    model = transformers.GPT2LMHeadModel(config)
    tokens = torch.randint(0, 40, (2, 12))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    with GradientMonitor(model) as monitor:
        for _ in range(4):
            loss = model(input_ids=tokens, labels=tokens).loss
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            monitor.step(loss)
    assert all(layer.state in ("finite", "missing") for layer in monitor.log.measured[-1].layers)
    assert diagnose(monitor).findings
