"""Networks for 8 x 8 digits: MLP, conv net, RNN, LSTM and transformer, with every fault a knob."""

from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn

from vegrad_course.clinic.patients import Patient

ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid, "leaky_relu": nn.LeakyReLU}
GAINS = {"relu": 2**0.5, "tanh": 5 / 3, "sigmoid": 1.0, "leaky_relu": 2**0.5}


class Block(nn.Module):
    """One hidden layer: linear or convolution, batch norm if wanted, activation, skip if wanted."""

    def __init__(self, layer: nn.Module, size: int, patient: Patient, *, flat: bool) -> None:
        super().__init__()
        self.layer = layer
        norm = nn.BatchNorm1d(size) if flat else nn.BatchNorm2d(size)
        self.norm = norm if patient.norm else nn.Identity()
        self.activation = ACTIVATIONS[patient.activation]()
        self.skip = patient.residual

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.activation(self.norm(self.layer(x)))
        return x + out if self.skip and x.shape == out.shape else out


class Stack(nn.Module):
    """Hidden blocks and a linear output; an MLP or a conv net."""

    def __init__(self, patient: Patient) -> None:
        super().__init__()
        width, self.flat = patient.width, patient.family == "mlp"
        sizes = [64 if self.flat else 1] + [width] * patient.depth
        make: Any = nn.Linear if self.flat else lambda a, b: nn.Conv2d(a, b, 3, padding=1)
        pairs = pairwise(sizes)
        self.hidden = nn.ModuleList(Block(make(a, b), b, patient, flat=self.flat) for a, b in pairs)
        self.output = nn.Linear(width if self.flat else width * 16, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = x if self.flat else x.reshape(-1, 1, 8, 8)
        for block in self.hidden:
            x = block(x)
        x = x if self.flat else nn.functional.avg_pool2d(x, 2).flatten(1)
        out: Tensor = self.output(x)
        return out


class Recurrent(nn.Module):
    """Reads a digit as a sequence of pieces, top to bottom; answers from the last state."""

    def __init__(self, patient: Patient) -> None:
        super().__init__()
        self.steps = patient.depth
        kinds: dict[str, Any] = {"rnn": nn.RNN, "lstm": nn.LSTM}
        self.recurrent = kinds[patient.family](64 // self.steps, patient.width, batch_first=True)
        self.output = nn.Linear(patient.width, 10)

    def forward(self, x: Tensor) -> Tensor:
        states, _ = self.recurrent(x.reshape(len(x), self.steps, -1))
        out: Tensor = self.output(states[:, -1])
        return out


class Transformer(nn.Module):
    """Rows of a digit as eight tokens."""

    def __init__(self, patient: Patient) -> None:
        super().__init__()
        width = patient.width
        self.embed = nn.Linear(8, width)
        self.position = nn.Parameter(torch.randn(8, width) * 0.3)
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(
                width, 4, 2 * width, dropout=0.0, batch_first=True, norm_first=True
            )
            for _ in range(patient.depth)
        )
        self.output = nn.Linear(width, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.embed(x.reshape(-1, 8, 8)) + self.position
        for layer in self.layers:
            x = layer(x)
        out: Tensor = self.output(x.mean(dim=1))
        return out


def build(patient: Patient) -> nn.Module:
    """The patient's network with its initial weights, good or bad."""
    torch.manual_seed(patient.seed)
    kinds: dict[str, Any] = {"rnn": Recurrent, "lstm": Recurrent, "transformer": Transformer}
    model: nn.Module = kinds.get(patient.family, Stack)(patient)
    with torch.no_grad():
        for name, module in model.named_modules():
            if isinstance(module, nn.Linear | nn.Conv2d):
                _initialise(module, patient, hidden=name != "output")
            elif isinstance(module, nn.RNNBase):
                _initialise_recurrent(module, patient)
    return model


def _initialise(module: nn.Linear | nn.Conv2d, patient: Patient, *, hidden: bool) -> None:
    """He for rectifiers, scaled for the others, times the patient's gain."""
    if patient.family == "transformer" and hidden:
        nn.init.xavier_normal_(module.weight, gain=patient.gain)
    else:
        fan_in = nn.init._calculate_correct_fan(module.weight, "fan_in")
        gain = GAINS[patient.activation] * patient.gain if hidden else patient.output_gain
        module.weight.normal_(0, gain / fan_in**0.5)
    if module.bias is not None:
        module.bias.fill_(patient.bias if hidden else 0.0)
    if patient.constant:
        module.weight.fill_(0.5 / module.weight[0].numel())


def _initialise_recurrent(module: nn.RNNBase, patient: Patient) -> None:
    """Orthogonal recurrent weights times the gain; the forget gate of an LSTM starts open."""
    for name, parameter in module.named_parameters():
        if "weight_hh" in name:
            for part in parameter.split(module.hidden_size):
                nn.init.orthogonal_(part, gain=patient.gain)
        elif "weight_ih" in name:
            parameter.normal_(0, parameter.shape[1] ** -0.5)
        else:
            parameter.zero_()
    if isinstance(module, nn.LSTM):
        n = module.hidden_size
        module.get_parameter("bias_ih_l0")[n : 2 * n].fill_(patient.forget_bias)
    if patient.constant:
        for parameter in module.parameters():
            parameter.fill_(0.5 / parameter.shape[-1])
