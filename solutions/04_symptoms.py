# %% [markdown]
# # 04 · Symptoms
#
# **The question of this course:** how large is the gradient?
#
# **When you finish you can** measure the symptoms of a network that does not train.
#
# **You need** lessons 01 to 03. **Time:** about 70 minutes.

# %%
import numpy as np

from vegrad_course import check, hint, progress


# %% exercise="grad_norms"
def grad_norms(model):
    """A dict from the name of each parameter with a gradient to the norm of that gradient."""
    ### BEGIN SOLUTION
    norms = {}
    for name, p in model.named_parameters():
        if p.grad is not None:
            norms[name] = p.grad.double().norm().item()
    return norms
    ### END SOLUTION


# %% check="grad_norms"
check(grad_norms)


# %% exercise="update_ratio"
def update_ratio(before, after):
    """Norm of the change of the weights over the norm of the weights before it."""
    ### BEGIN SOLUTION
    return np.linalg.norm(after - before) / np.linalg.norm(before)
    ### END SOLUTION


# %% check="update_ratio"
check(update_ratio)


# %% exercise="saturation"
def saturation(acts):
    """For each tanh layer, the share of its outputs whose slope is under 0.05."""
    ### BEGIN SOLUTION
    return [np.mean(1 - a**2 < 0.05) for a in acts]
    ### END SOLUTION


# %% check="saturation"
check(saturation)


# %% exercise="dead_fraction"
def dead_fraction(acts):
    """The share of units (columns) that are 0 for every example (row)."""
    ### BEGIN SOLUTION
    return np.all(acts == 0, axis=0).mean()
    ### END SOLUTION


# %% check="dead_fraction"
check(dead_fraction)


# %% exercise="first_nonfinite"
def first_nonfinite(log):
    """The first step whose loss or gradients are not finite, or -1."""
    ### BEGIN SOLUTION
    signal = log["log10_signal"]
    bad = ~np.isfinite(log["loss"]) | (np.isnan(signal) | np.isposinf(signal)).any(axis=1)
    steps = np.flatnonzero(bad)
    return steps[0] if len(steps) else -1
    ### END SOLUTION


# %% check="first_nonfinite"
check(first_nonfinite)

# %% exercise="ill_from"
ill_from = ...
### BEGIN SOLUTION
ill_from = (1 - 0.01 ** (1 / 9)) / 0.6
### END SOLUTION

# %% check="ill_from"
check(ill_from=ill_from)


# %% exercise="diagnose"
def diagnose(log):
    """The name of what ails a run, one of six."""
    ### BEGIN SOLUTION
    if log["dead"].max() > 0.5:
        return "dead units"
    signal = log["log10_signal"]
    if signal[0, 0] - signal[0, -1] <= -2:
        return "vanishing"
    if signal[0, 0] - signal[0, -1] >= 2:
        return "exploding"
    if np.median(log["loss"][-5:]) <= log["guess"] / 2:
        return "healthy"
    update = np.median(log["log10_update"], axis=1)
    if update.max() > -1:
        return "learning rate too high"
    if np.median(update) < -4:
        return "learning rate too low"
    return "healthy"
    ### END SOLUTION


# %% check="diagnose"
check(diagnose)

# %% exercise="tells_apart"
tells_apart = ...
### BEGIN SOLUTION
tells_apart = "gradient of the first layer against the last"
### END SOLUTION

# %% check="tells_apart"
check(tells_apart=tells_apart)

# %% exercise="symptom_table"
symptom_table = ...
### BEGIN SOLUTION
symptom_table = [
    "vanishing",
    "vanishing",
    "vanishing",
    "exploding",
    "exploding",
    "exploding",
    "exploding",
]
### END SOLUTION

# %% check="symptom_table"
check(symptom_table=symptom_table)

# %%
progress()
