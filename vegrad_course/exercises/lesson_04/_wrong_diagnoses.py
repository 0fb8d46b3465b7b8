"""Wrong answers to `diagnose`. Each stands alone, since it is pasted into notebooks."""

import numpy as np


def loss_alone(log):
    if log["loss"][-1] < log["guess"] / 2:
        return "healthy"
    return "exploding" if log["loss"].max() > 2 * log["guess"] else "vanishing"


def first_layer_update_alone(log):
    update = np.median(log["log10_update"], axis=1)
    lost = np.median(log["log10_update"][:, 0]) + 2
    if log["dead"].max() > 0.5:
        return "dead units"
    if abs(lost) >= 2:
        return "vanishing" if lost < 0 else "exploding"
    if np.median(log["loss"][-5:]) <= log["guess"] / 2:
        return "healthy"
    if update.max() > -1:
        return "learning rate too high"
    return "learning rate too low" if np.median(update) < -4 else "healthy"


def low_rate_is_vanishing(log):
    signal, update = log["log10_signal"], np.median(log["log10_update"], axis=1)
    lost = signal[0, 0] - signal[0, -1]
    if log["dead"].max() > 0.5:
        return "dead units"
    if abs(lost) >= 2:
        return "vanishing" if lost < 0 else "exploding"
    if np.median(log["loss"][-5:]) <= log["guess"] / 2:
        return "healthy"
    if update.max() > -1:
        return "learning rate too high"
    return "vanishing" if np.median(update) < -4 else "healthy"


def absolute_size(log):
    signal, update = log["log10_signal"], np.median(log["log10_update"], axis=1)
    lost = signal[0, 0] + 4
    if log["dead"].max() > 0.5:
        return "dead units"
    if abs(lost) >= 2:
        return "vanishing" if lost < 0 else "exploding"
    if np.median(log["loss"][-5:]) <= log["guess"] / 2:
        return "healthy"
    if update.max() > -1:
        return "learning rate too high"
    return "learning rate too low" if np.median(update) < -4 else "healthy"


def mean_over_layers(log):
    signal, update = log["log10_signal"], np.median(log["log10_update"], axis=1)
    lost = signal[0].mean() + 4
    if log["dead"].max() > 0.5:
        return "dead units"
    if abs(lost) >= 2:
        return "vanishing" if lost < 0 else "exploding"
    if np.median(log["loss"][-5:]) <= log["guess"] / 2:
        return "healthy"
    if update.max() > -1:
        return "learning rate too high"
    return "learning rate too low" if np.median(update) < -4 else "healthy"


def last_step(log):
    signal, update = log["log10_signal"], np.median(log["log10_update"], axis=1)
    lost = signal[-1, 0] - signal[-1, -1]
    if log["dead"].max() > 0.5:
        return "dead units"
    if abs(lost) >= 2:
        return "vanishing" if lost < 0 else "exploding"
    if np.median(log["loss"][-5:]) <= log["guess"] / 2:
        return "healthy"
    if update.max() > -1:
        return "learning rate too high"
    return "learning rate too low" if np.median(update) < -4 else "healthy"


def signs_swapped(log):
    signal, update = log["log10_signal"], np.median(log["log10_update"], axis=1)
    lost = signal[0, -1] - signal[0, 0]
    if log["dead"].max() > 0.5:
        return "dead units"
    if abs(lost) >= 2:
        return "vanishing" if lost < 0 else "exploding"
    if np.median(log["loss"][-5:]) <= log["guess"] / 2:
        return "healthy"
    if update.max() > -1:
        return "learning rate too high"
    return "learning rate too low" if np.median(update) < -4 else "healthy"


def divides_logarithms(log):
    signal, update = log["log10_signal"], np.median(log["log10_update"], axis=1)
    lost = signal[0, 0] / signal[0, -1]
    if log["dead"].max() > 0.5:
        return "dead units"
    if abs(lost) >= 2:
        return "vanishing" if lost < 0 else "exploding"
    if np.median(log["loss"][-5:]) <= log["guess"] / 2:
        return "healthy"
    if update.max() > -1:
        return "learning rate too high"
    return "learning rate too low" if np.median(update) < -4 else "healthy"


def loss_first(log):
    signal, update = log["log10_signal"], np.median(log["log10_update"], axis=1)
    lost = signal[0, 0] - signal[0, -1]
    if np.median(log["loss"][-5:]) <= log["guess"] / 2:
        return "healthy"
    if log["dead"].max() > 0.5:
        return "dead units"
    if abs(lost) >= 2:
        return "vanishing" if lost < 0 else "exploding"
    if update.max() > -1:
        return "learning rate too high"
    return "learning rate too low" if np.median(update) < -4 else "healthy"


def depth_before_death(log):
    signal, update = log["log10_signal"], np.median(log["log10_update"], axis=1)
    lost = signal[0, 0] - signal[0, -1]
    if abs(lost) >= 2:
        return "vanishing" if lost < 0 else "exploding"
    if log["dead"].max() > 0.5:
        return "dead units"
    if np.median(log["loss"][-5:]) <= log["guess"] / 2:
        return "healthy"
    if update.max() > -1:
        return "learning rate too high"
    return "learning rate too low" if np.median(update) < -4 else "healthy"


def forgets_the_dead(log):
    signal, update = log["log10_signal"], np.median(log["log10_update"], axis=1)
    lost = signal[0, 0] - signal[0, -1]
    if abs(lost) >= 2:
        return "vanishing" if lost < 0 else "exploding"
    if np.median(log["loss"][-5:]) <= log["guess"] / 2:
        return "healthy"
    if update.max() > -1:
        return "learning rate too high"
    return "learning rate too low" if np.median(update) < -4 else "healthy"


def mean_dead(log):
    signal, update = log["log10_signal"], np.median(log["log10_update"], axis=1)
    lost = signal[0, 0] - signal[0, -1]
    if log["dead"].mean() > 0.5:
        return "dead units"
    if abs(lost) >= 2:
        return "vanishing" if lost < 0 else "exploding"
    if np.median(log["loss"][-5:]) <= log["guess"] / 2:
        return "healthy"
    if update.max() > -1:
        return "learning rate too high"
    return "learning rate too low" if np.median(update) < -4 else "healthy"


def any_dead(log):
    signal, update = log["log10_signal"], np.median(log["log10_update"], axis=1)
    lost = signal[0, 0] - signal[0, -1]
    if log["dead"].max() > 0:
        return "dead units"
    if abs(lost) >= 2:
        return "vanishing" if lost < 0 else "exploding"
    if np.median(log["loss"][-5:]) <= log["guess"] / 2:
        return "healthy"
    if update.max() > -1:
        return "learning rate too high"
    return "learning rate too low" if np.median(update) < -4 else "healthy"


def forgets_the_loss(log):
    signal, update = log["log10_signal"], np.median(log["log10_update"], axis=1)
    lost = signal[0, 0] - signal[0, -1]
    if log["dead"].max() > 0.5:
        return "dead units"
    if abs(lost) >= 2:
        return "vanishing" if lost < 0 else "exploding"
    if update.max() > -1:
        return "learning rate too high"
    return "learning rate too low" if np.median(update) < -4 else "healthy"


def one_loud_layer(log):
    signal, update = log["log10_signal"], np.median(log["log10_update"], axis=1)
    lost = signal[0, 0] - signal[0, -1]
    if log["dead"].max() > 0.5:
        return "dead units"
    if abs(lost) >= 2:
        return "vanishing" if lost < 0 else "exploding"
    if np.median(log["loss"][-5:]) <= log["guess"] / 2:
        return "healthy"
    if log["log10_update"].max() > -1:
        return "learning rate too high"
    return "learning rate too low" if np.median(update) < -4 else "healthy"


def median_for_the_largest(log):
    signal, update = log["log10_signal"], np.median(log["log10_update"], axis=1)
    lost = signal[0, 0] - signal[0, -1]
    if log["dead"].max() > 0.5:
        return "dead units"
    if abs(lost) >= 2:
        return "vanishing" if lost < 0 else "exploding"
    if np.median(log["loss"][-5:]) <= log["guess"] / 2:
        return "healthy"
    if np.median(update) > -1:
        return "learning rate too high"
    return "learning rate too low" if np.median(update) < -4 else "healthy"


def one_loss_at_the_end(log):
    signal, update = log["log10_signal"], np.median(log["log10_update"], axis=1)
    lost = signal[0, 0] - signal[0, -1]
    if log["dead"].max() > 0.5:
        return "dead units"
    if abs(lost) >= 2:
        return "vanishing" if lost < 0 else "exploding"
    if log["loss"][-1] <= log["guess"] / 2:
        return "healthy"
    if update.max() > -1:
        return "learning rate too high"
    return "learning rate too low" if np.median(update) < -4 else "healthy"


def half_of_the_first_loss(log):
    signal, update = log["log10_signal"], np.median(log["log10_update"], axis=1)
    lost = signal[0, 0] - signal[0, -1]
    if log["dead"].max() > 0.5:
        return "dead units"
    if abs(lost) >= 2:
        return "vanishing" if lost < 0 else "exploding"
    if np.median(log["loss"][-5:]) <= log["loss"][0] / 2:
        return "healthy"
    if update.max() > -1:
        return "learning rate too high"
    return "learning rate too low" if np.median(update) < -4 else "healthy"


def lowest_loss(log):
    signal, update = log["log10_signal"], np.median(log["log10_update"], axis=1)
    lost = signal[0, 0] - signal[0, -1]
    if log["dead"].max() > 0.5:
        return "dead units"
    if abs(lost) >= 2:
        return "vanishing" if lost < 0 else "exploding"
    if log["loss"].min() <= log["guess"] / 2:
        return "healthy"
    if update.max() > -1:
        return "learning rate too high"
    return "learning rate too low" if np.median(update) < -4 else "healthy"


def stuck_must_be_low(log):
    signal, update = log["log10_signal"], np.median(log["log10_update"], axis=1)
    lost = signal[0, 0] - signal[0, -1]
    if log["dead"].max() > 0.5:
        return "dead units"
    if abs(lost) >= 2:
        return "vanishing" if lost < 0 else "exploding"
    if np.median(log["loss"][-5:]) <= log["guess"] / 2:
        return "healthy"
    if update.max() > -1:
        return "learning rate too high"
    return "learning rate too low"
