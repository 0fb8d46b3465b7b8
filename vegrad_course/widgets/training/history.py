"""What is kept of a run: a fixed number of bins, however many steps there are."""

import numpy as np

BINS = 250  # of the loss
WAITING = 1000  # losses at most that are not in a bin yet
COLUMNS = 60  # of the heat map; CELLS of the scene, less one


class Bins:
    """Lowest, highest and mean finite loss in each of at most BINS stretches of steps."""

    def __init__(self, steps: int) -> None:
        self.width = -(-steps // BINS)
        count = -(-steps // self.width)
        self.low, self.high = np.full(count, np.inf), np.full(count, -np.inf)
        self.total, self.count = np.zeros(count), np.zeros(count)
        self.waiting: list[
            tuple[int, float]
        ] = []  # not sorted into bins yet: many at once is cheap

    def add(self, step: int, loss: float) -> None:
        self.waiting.append((step, loss))
        if len(self.waiting) == WAITING:
            self.sort()

    def sort(self) -> None:
        steps, losses = np.array(self.waiting, dtype=float).reshape(-1, 2).T
        finite = np.isfinite(losses)
        bins, losses = steps[finite].astype(int) // self.width, losses[finite]
        np.minimum.at(self.low, bins, losses)
        np.maximum.at(self.high, bins, losses)
        np.add.at(self.total, bins, losses)
        np.add.at(self.count, bins, 1)
        self.waiting.clear()

    def curves(self) -> dict[str, np.ndarray]:
        """Arrays step (the middle), low, high and mean of the bins that hold something."""
        self.sort()
        held = np.flatnonzero(self.count)
        mean = self.total[held] / self.count[held]
        low, high = self.low[held], self.high[held]
        return {"step": middle(held, self.width), "low": low, "high": high, "mean": mean}


class Grid:
    """The largest log10 norm of each layer in each of at most COLUMNS stretches of steps."""

    def __init__(self, layers: int, steps: int) -> None:
        self.width = -(-steps // COLUMNS)
        self.cells = np.full((layers, -(-steps // self.width)), np.nan)
        self.latest = np.full(layers, np.nan)
        self.wanted = 0  # the step at which the next column begins

    def add(self, step: int, log10_norms: np.ndarray) -> None:
        column = step // self.width
        self.wanted = (column + 1) * self.width
        cells = self.cells[:, column]
        np.fmax(cells, log10_norms, out=cells)
        self.latest = log10_norms

    @property
    def steps(self) -> np.ndarray:
        """The middle step of each column."""
        return middle(np.arange(self.cells.shape[1]), self.width)


def middle(bins: np.ndarray, width: int) -> np.ndarray:
    return bins * width + (width - 1) / 2
