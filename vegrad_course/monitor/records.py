"""What the monitor writes down: one frozen record per step, holding one per layer.

Norms are kept as log10, so that 1e-60 is as good a number as 1. A field is None where it could
not be measured: a layer without a gradient in this step, the update where no optimizer ran.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

GradientState = Literal["finite", "zero", "underflow", "missing", "non-finite"]


@dataclass(frozen=True)
class LayerRecord:
    """One layer in one step. A layer is a module with parameters of its own.

    log10_gradient: norm of the gradient of the layer's parameters; -inf where it is zero.
    state: "zero" is exactly zero; "underflow" is zero, or below the normal numbers of its type,
      because the signal faded away on its way from the output.
    log10_signal: root mean square of the gradient with respect to the layer's output, each entry.
    log10_weight, log10_update: norm of the parameters; norm of their change in this step,
      divided by the norm of the parameters.
    mean, spread: of the layer's output; spread is the standard deviation over all its entries.
    distinct: standard deviation between the units, divided by the root mean square. 0 means that
      all units do the same.
    activation: the function that was applied to the output; saturated: share of its outputs with
      a slope under 5% of the steepest; dead: share of units that were zero for the whole batch.
    log10_over_time: for recurrent layers, gradient reaching the first steps in time over the
      gradient reaching the last ones.
    non_finite: how many entries of the gradient are NaN or infinite.
    input_rms: root mean square of what went into the first layer.
    """

    layer: str
    log10_gradient: float | None = None
    state: GradientState = "missing"
    log10_signal: float | None = None
    log10_weight: float | None = None
    log10_update: float | None = None
    mean: float | None = None
    spread: float | None = None
    distinct: float | None = None
    activation: str | None = None
    saturated: float | None = None
    dead: float | None = None
    log10_over_time: float | None = None
    non_finite: int = 0
    input_rms: float | None = None


@dataclass(frozen=True)
class StepRecord:
    """One call of `monitor.step(loss)`. `layers` is empty where only the loss was taken."""

    step: int
    loss: float | None = None
    learning_rate: float | None = None
    layers: tuple[LayerRecord, ...] = ()


@dataclass(frozen=True)
class LayerInfo:
    """A layer of the model: its name, its kind (the class), and how many parameters it owns."""

    name: str
    kind: str
    parameters: int


@dataclass(frozen=True)
class Log:
    """A training run as the monitor saw it. `layers` stand in the order of the forward pass.

    `notes` say what had to be left out when a damaged file was read.
    """

    layers: tuple[LayerInfo, ...]
    steps: tuple[StepRecord, ...]
    notes: tuple[str, ...] = field(default=(), compare=False)

    @property
    def measured(self) -> tuple[StepRecord, ...]:
        """The steps in which layers were measured."""
        return tuple(record for record in self.steps if record.layers)

    @property
    def losses(self) -> tuple[tuple[int, float], ...]:
        """Step and loss, where a loss was given."""
        return tuple((r.step, r.loss) for r in self.steps if r.loss is not None)

    def of_layer(self, name: str) -> Iterator[tuple[int, LayerRecord]]:
        """Step and record of one layer."""
        for record in self.steps:
            yield from ((record.step, layer) for layer in record.layers if layer.layer == name)

    def noting(self, *notes: str) -> "Log":
        return replace(self, notes=self.notes + notes)
