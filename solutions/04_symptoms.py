# %% [markdown]
# # 04 · Symptoms
#
# **The question of this course:** how large is the gradient after it has passed through many layers? Can you predict it before you measure it? And what changes the answer?
#
# So far you looked at networks that stood still. Now they train. A sick network does not tell you that its gradient vanishes. It shows *symptoms*: the loss stands still, or jumps, or is suddenly NaN. Textbooks have a list of such symptoms. In this lesson you make every line of that list a number, on real runs of fifty epochs.
#
# **When you finish you can**
# - measure gradients, updates, saturation and dead units of any network;
# - say which symptoms the loss can show, and which illnesses look alike in it;
# - write a `diagnose` that names six conditions from the numbers of a run;
# - watch a model of your own with the `GradientMonitor` of this course.
#
# **You need** lessons 01 to 03, and a PyTorch training loop that you can read. **Time:** about 70 minutes.

# %%
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from vegrad_course import check, clinic, diagnosis, hint, plots, progress
from vegrad_course.datasets import digits
from vegrad_course.monitor import GradientMonitor
from vegrad_course.widgets import live

torch.set_num_threads(1)

# %% [markdown]
# ## 1. Seven runs of fifty epochs
#
# The task: handwritten digits, 8 × 8 pixels, ten classes. The network: eight hidden layers of 32 units. The first run is healthy: ReLU, He's weights (lesson 05 derives them), plain gradient descent with learning rate 0.1. Every other run changes **one thing**.

# %%
data = digits()
x, y = torch.from_numpy(data.x_train), torch.from_numpy(data.y_train)
x_test, y_test = torch.from_numpy(data.x_test), torch.from_numpy(data.y_test)


def network(seed, activation=nn.ReLU, gain=2**0.5, bias=0.0):
    """Eight hidden layers of 32 units. Weights have standard deviation gain / sqrt(fan_in)."""
    torch.manual_seed(seed)
    layers = []
    for fan_in in [64] + [32] * 7:
        linear = nn.Linear(fan_in, 32)
        nn.init.normal_(linear.weight, 0, gain / fan_in**0.5)
        nn.init.constant_(linear.bias, bias)
        layers += [linear, activation()]
    output = nn.Linear(32, 10)
    nn.init.normal_(output.weight, 0, 0.5 / 32**0.5)
    nn.init.zeros_(output.bias)
    return nn.Sequential(*layers, output)


RUNS = {  # what is changed in the network, and in the training
    "healthy": ({}, {}),
    "sigmoid": ({"activation": nn.Sigmoid, "gain": 1.0}, {}),
    "large weights": ({"gain": 3.5}, {}),
    "large weights, careful": ({"gain": 3.5}, {"lr": 1e-3}),
    "bias -1": ({"bias": -1.0}, {}),
    "rate × 20": ({}, {"lr": 2.0}),
    "rate / 500": ({}, {"lr": 2e-4}),
}

# %% [markdown]
# The loop is the usual one: forward, backward, step. One line is new: `monitor.step(loss)` writes a log while the network trains. You will use the monitor yourself in section 7. The loop keeps everything that we want to measure later.


# %%
def train(model, seed, lr=0.1, optimizer=torch.optim.SGD, epochs=50):
    """Fifty epochs of five batches. Returns what we want to look at afterwards."""
    first, last = model[0].weight, model[-1].weight
    before = [first.detach().numpy().copy(), last.detach().numpy().copy()]
    acts = hidden_outputs(model)
    opt = optimizer(model.parameters(), lr=lr)
    rng = torch.Generator().manual_seed(seed)
    losses, sizes = [], []
    with GradientMonitor(model, every=10) as monitor:
        for _ in range(epochs):
            for rows in torch.randperm(len(x), generator=rng).split(288):
                loss = F.cross_entropy(model(x[rows]), y[rows])
                opt.zero_grad()
                loss.backward()
                opt.step()
                monitor.step(loss)
                losses.append(loss.item())
                sizes.append(last.norm().item())
    return {
        "losses": np.array(losses),  # of every step, shape (250,)
        "sizes": np.array(sizes),  # norm of the last weight matrix after every step
        "accuracy": (model(x_test).argmax(1) == y_test).float().mean().item(),
        "before": before,  # first and last weight matrix
        "after": [first.detach().numpy().copy(), last.detach().numpy().copy()],
        "acts": acts,  # outputs of the hidden layers on all the data, before training
        "log": monitor.log,
    }


@torch.no_grad()
def hidden_outputs(model):
    """What the eight hidden layers give on all training data, each of shape (1437, 32)."""
    acts, a = [], x
    for module in model[:-1]:
        a = module(a)
        if not isinstance(module, nn.Linear):
            acts.append(a.numpy())
    return acts


SEEDS = range(3)
runs = {
    name: [train(network(seed, **built), seed, **trained) for seed in SEEDS]
    for name, (built, trained) in RUNS.items()
}

# %% [markdown]
# **Predict before you look:** one of the seven learns. How many of the other six can you tell apart by their loss alone?

# %%
fig, ax = plots.axes("Seven runs, and what the loss shows of them", "epoch", "loss", height=4.2)
colors = ["C0", "C1", "C2", "C3", "C4", "C5", "0.3"]
for name, marker, color in zip(RUNS, "os^Dvx*", colors, strict=True):
    losses = np.array([run["losses"] for run in runs[name]]).reshape(3, 50, 5).mean(axis=2)
    shown = np.where(np.isfinite(losses), np.minimum(losses, 1e4), np.nan)
    ax.plot(
        np.arange(1, 51),
        shown[0],
        color=color,
        marker=marker,
        markevery=7,
        markersize=5,
        label=name,
    )
ax.axhline(np.log(10), color="0.4", linewidth=1, linestyle=":")
ax.set_yscale("log")
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
plots.show(
    fig,
    alt="Loss against epoch. The healthy run falls to a few hundredths. Three runs lie on one level line at 2.3. The careful run falls from hundreds to 2. Two runs end after an epoch or not even that.",
)

# %% [markdown]
# Look at the dotted line, and at the runs that never leave it. It lies at $\ln 10 = 2.303$: that is the loss of a network that **guesses**, giving each of ten digits the same probability. Learn this number for every task of yours: $\ln$ of the number of classes. A loss that stands there says that nothing was learned.

# %%
final = {name: np.median([run["losses"][-5:].mean() for run in runs[name]]) for name in RUNS}
for name, loss in final.items():
    print(f"{name:24s}loss in the last epoch {loss:6.3f}")
assert final["healthy"] < 0.2
for stuck in ("sigmoid", "bias -1"):
    assert abs(final[stuck] - np.log(10)) < 0.01
assert abs(final["rate / 500"] - np.log(10)) < 0.15
assert np.isnan(final["large weights"]) and np.isnan(final["rate × 20"])

# %% [markdown]
# Three runs with three different illnesses stand at guessing. Two more, with two other illnesses, are NaN. **The loss says *that* a network is ill. It does not say what it has.** For this we need instruments. You build five.
#
# ## 2. The gradient of every layer
#
# ### Exercise 1 · `grad_norms(model)`
#
# `model` is a torch model after `loss.backward()`. Return a **dict**: for each parameter that has a gradient, its name (as in `model.named_parameters()`) and the Euclidean norm of its gradient, a number.
# - A parameter without a gradient (`p.grad` is None: frozen, or not used) is left out. A gradient that is exactly zero is *not* left out.
# - Entries may be as small as 1e-30. float32 holds that, but not its square. So convert before you square: `p.grad.double()`.


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

# %% [markdown]
# Now look at two sick networks before their first step. In both, the gradient changes by decades on its way back. But which gradient? There are two:
# - the gradient with respect to the **outputs of a layer** (lesson 03: the signal that travels back), which the monitor keeps as `log10_signal`;
# - the gradient with respect to its **weights**, which the optimizer uses, and which your function measures.
#
# **Predict:** weights that are too large make the signal explode on its way back. Will your norms of the weight gradients explode as well?


# %%
def weight_norms(name):
    """log10 of the gradient norms of the weight matrices, by your function, on the first batch."""
    model = network(0, **RUNS[name][0])
    F.cross_entropy(model(x), y).backward()
    norms = grad_norms(model)
    hidden = [norm for key, norm in norms.items() if key.endswith("weight")][:-1]
    return np.log10(hidden)


def signals(name):
    """log10 of the gradient with respect to the outputs of the hidden layers, at the first step."""
    return np.array([layer.log10_signal for layer in runs[name][0]["log"].measured[0].layers[:-1]])


fig, ax = plots.axes(
    "The signal explodes, and the weight gradients do not show it",
    "hidden layers travelled back from the output",
    "log10 gradient norm, against the last",
)
for name, marker in (("sigmoid", "o"), ("large weights", "s")):
    for label, values, line in (
        ("signal", signals(name), "-"),
        ("weights", weight_norms(name), "--"),
    ):
        back = values[::-1] - values[-1]
        ax.plot(back, marker=marker, linestyle=line, label=f"{name}: {label}")
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
plots.show(
    fig,
    alt="Four lines from 0. Both sigmoid lines fall by about four decades. With large weights the signal rises by three decades, while the gradient of the weights stays level.",
)


# %%
def gain(values):
    """Decades from the last hidden layer back to the first."""
    return values[0] - values[-1]


for name in ("sigmoid", "large weights"):
    by_weights = gain(weight_norms(name))
    print(f"{name:14s} signal {gain(signals(name)):+.1f} decades, weights {by_weights:+.1f}")
assert gain(signals("large weights")) > 2 and abs(gain(weight_norms("large weights"))) < 0.5
assert gain(signals("sigmoid")) < -3 and gain(weight_norms("sigmoid")) < -3

# %% [markdown]
# **Explain the difference.** The gradient of a weight is a product of two things: the signal that comes back to its output, times the activation that came in. With large weights the signal *grows* on its way back, and the activations *shrink* when you go back to earlier layers, by the same factor. The product stays level, and is large in every layer. With sigmoids, all activations are about as large as each other, so nothing makes up for the signal.
#
# So from now on: **compare the signal of the first hidden layer with that of the last.** It is the curve that this course has drawn since lesson 02.
#
# ## 3. How far do the weights move?
#
# A gradient says where to go. The step that is made also depends on the learning rate and on the optimizer. And whether a step of 0.01 is large depends on the weights.
#
# ### Exercise 2 · `update_ratio(before, after)`
#
# Two arrays of the same shape: the weights of a layer before and after. Return **one number**: the Euclidean norm of the change, divided by the norm of the weights *before*. (Not all weights before are 0.)


# %% exercise="update_ratio"
def update_ratio(before, after):
    """Norm of the change of the weights over the norm of the weights before it."""
    ### BEGIN SOLUTION
    return np.linalg.norm(after - before) / np.linalg.norm(before)
    ### END SOLUTION


# %% check="update_ratio"
check(update_ratio)

# %% [markdown]
# "Weights in the earlier layers change minimally or remain unchanged", says the textbook about vanishing gradients. **Predict:** by how much does the first layer of the sigmoid network move in fifty epochs? And the last?

# %%
moved = {
    name: np.median(
        [[update_ratio(run["before"][i], run["after"][i]) for i in (0, 1)] for run in runs[name]],
        axis=0,
    )
    for name in ("healthy", "sigmoid", "bias -1", "rate / 500")
}
for name, (first, last) in moved.items():
    print(f"{name:12s} first layer moved by {first:8.1e} of its size, last layer by {last:8.1e}")
assert moved["sigmoid"][0] < 1e-4 and moved["sigmoid"][1] > 0.05
assert moved["healthy"][0] > 0.1
assert moved["bias -1"][0] == 0
assert moved["rate / 500"][0] < 0.02 and moved["rate / 500"][1] < 0.1

# %% [markdown]
# The textbook is right: after fifty epochs, the first layer of the sigmoid network has moved by less than a ten-thousandth of its size, while the last moved by more than a twentieth. With a learning rate that is too low, **both** ends hardly move.
#
# But this symptom belongs to plain gradient descent. Adam divides each gradient by its own typical size. **Predict:** the same sigmoid network, trained with Adam. Does its first layer move? Does it learn?

# %%
with_adam = [
    train(network(seed, nn.Sigmoid, 1.0), seed, lr=2e-3, optimizer=torch.optim.Adam)
    for seed in SEEDS
]
adam_moved = np.median([update_ratio(run["before"][0], run["after"][0]) for run in with_adam])
adam_loss = np.median([run["losses"] for run in with_adam], axis=0).reshape(50, 5).mean(axis=1)
adam_signal = np.median(
    [
        run["log"].measured[0].layers[0].log10_signal
        - run["log"].measured[0].layers[7].log10_signal
        for run in with_adam
    ]
)
print(f"first layer moved by {adam_moved:.1f} of its size; signal {adam_signal:+.1f} decades")
print(f"loss after 10 epochs {adam_loss[9]:.3f}, after 50 {adam_loss[-1]:.2f}")
assert adam_moved > 0.5 and adam_signal < -3
assert abs(adam_loss[9] - np.log(10)) < 0.02 and adam_loss[-1] > 1

# %% [markdown]
# The first layer moves by more than half its size, and the signal has vanished all the same. For ten epochs the network still only guesses, and after fifty it is far behind the healthy run. So an optimizer can hide the symptom without curing the illness. Look at the signal, not only at the weights.
#
# ## 4. Why does nothing arrive? Flat units and dead units
#
# A signal is lost where slopes are small. Two instruments tell where.
#
# ### Exercise 3 · `saturation(acts)`
#
# `acts` is a **list**: for each **tanh** layer the outputs $a = \tanh(z)$, shape (examples, units). Return a list of the same length: for each layer the share of all its outputs whose slope is **under 0.05**. You know from lesson 01 how the slope of tanh follows from its output.


# %% exercise="saturation"
def saturation(acts):
    """For each tanh layer, the share of its outputs whose slope is under 0.05."""
    ### BEGIN SOLUTION
    return [np.mean(1 - a**2 < 0.05) for a in acts]
    ### END SOLUTION


# %% check="saturation"
check(saturation)

# %%
for gain in (1.0, 4.0):
    shares = saturation(hidden_outputs(network(0, nn.Tanh, gain)))
    print(f"tanh, gain {gain:.0f}: {np.round(shares, 2)}")
    assert (max(shares) < 0.1) if gain == 1 else (min(shares) > 0.4)

# %% [markdown]
# With weights four times as large, more than 40% of the outputs of every layer lie on the flat part.
#
# ReLU cannot saturate above 0. Below 0 its slope is 0. A unit that is below 0 for **every** example gets no gradient from any of them, and can never come back: it is **dead**.
#
# ### Exercise 4 · `dead_fraction(acts)`
#
# `acts` holds the outputs of **one** ReLU layer for **all the data**, shape (examples, units). Return the share of its units that are dead, from 0 to 1: those that are exactly 0 on every example.


# %% exercise="dead_fraction"
def dead_fraction(acts):
    """The share of units (columns) that are 0 for every example (row)."""
    ### BEGIN SOLUTION
    return np.all(acts == 0, axis=0).mean()
    ### END SOLUTION


# %% check="dead_fraction"
check(dead_fraction)

# %% [markdown]
# **Predict:** in the *healthy* network, before training: what share of all values is 0? What share of the units is silent on a batch of 8? And on all the data?

# %%
dead_on_all = np.mean([dead_fraction(acts) for acts in runs["healthy"][0]["acts"]])
dead_on_8 = np.mean([dead_fraction(acts[:8]) for acts in runs["healthy"][0]["acts"]])
zeros = np.mean([np.mean(acts == 0) for acts in runs["healthy"][0]["acts"]])
print(
    f"healthy: {zeros:.0%} of the values are 0; {dead_on_8:.0%} of the units are silent on 8 examples, {dead_on_all:.0%} on all 1437"
)
worst = max(dead_fraction(acts) for acts in runs["bias -1"][0]["acts"])
print(f"bias -1: in the worst layer {worst:.0%} of the units are dead")
assert 0.4 < zeros < 0.65 and dead_on_all < dead_on_8 < zeros
assert worst == 1

# %% [markdown]
# About half of the values are 0 in a healthy network. That is how ReLU works. Even a batch exaggerates. Only all the data can say that a unit is dead. With a bias of −1, a whole layer is: nothing gets past it.
#
# ## 5. Turn the illness up
#
# Here is a small ReLU network of ten hidden layers. Choose an illness, and turn up its severity. At 0 the network is healthy. The first panel is the loss. The second is the signal, the third how far a typical step moves each layer. The title says what the rules of section 6 find. Values beyond an axis are drawn on its edge.
#
# **Predict before you move:** under *vanishing*, severity $s$ multiplies all hidden weights by $1 - 0.6\,s$. Between the last hidden layer and the first, the signal passes nine weight matrices. From which $s$ on are **two decades** of it lost? Work it out on paper, then read it off the second panel.

# %%
live("symptom_chart")

# %% [markdown]
# ### Exercise 5 · `ill_from`
#
# Give this severity $s$, as a number with two digits or as a formula. Replace the dots, and delete the line `raise NotImplementedError()`.

# %% exercise="ill_from"
ill_from = ...
### BEGIN SOLUTION
ill_from = (1 - 0.01 ** (1 / 9)) / 0.6
### END SOLUTION

# %% check="ill_from"
check(ill_from=ill_from)

# %%
for severity in (0.6, 0.65, 0.7):
    shown = live("symptom_chart", illness="vanishing", severity=severity).compute()
    print(f"s = {severity:.2f}: {shown['lost']:+.2f} decades, the rules say: {shown['word']}")
mild = live("symptom_chart", illness="exploding", severity=0.3).compute()
print(f"exploding, s = 0.30: {mild['lost']:+.2f} decades, the rules say: {mild['word']}")
assert live("symptom_chart", severity=0.65).compute()["lost"] > -2
assert 0.9 < mild["lost"] < 1.1 and mild["word"] == "healthy"
for illness in ("vanishing", "learning rate too low"):
    same = live("symptom_chart", illness=illness, severity=0.8).compute()
    assert np.ptp(same["updates"]) < 1 and same["word"] == illness
assert live("symptom_chart", severity=0.7).compute()["word"] == "vanishing"

# %% [markdown]
# Two things to try in the figure. First, compare *vanishing* at $s = 0.8$ with *learning rate too low* at $s = 0.8$: the loss looks the same. What differs? (The third panel does not tell them apart: as in section 2, the gradients of the weights stay level. The second does.) Second, turn up *exploding* slowly: at $s = 0.3$ the signal grows by a decade, and the network still learns. So a line at two decades is a convention. Illness has degrees.
#
# ## 6. From numbers to a name
#
# From here on, a **log** is a dict of arrays, all taken from real runs. One row for each measured step:
#
# | name | shape | what it is |
# |:--|:--|:--|
# | `log["loss"]` | (steps,) | the loss |
# | `log["log10_signal"]` | (steps, layers) | log10 of the gradient at the outputs of each hidden layer, first layer first; `-inf` where it is exactly 0 |
# | `log["log10_update"]` | (steps, layers) | log10 of the update ratio of this one step |
# | `log["dead"]` | (layers,) | share of dead units before training, on all the data |
# | `log["guess"]` | a number | the loss of guessing |
#
# ### Exercise 6 · `first_nonfinite(log)`
#
# NaN spreads: one step after the first NaN, everything is NaN. So the place to look is the **first** step that went wrong. Return its row number, counted from 0: the first row in which the loss is NaN or infinite, **or** the log10 signal of any layer is NaN or **+inf**. Return **−1** if there is none. Mind that a signal of `-inf` is the log10 of zero, and zero is a number. (This exercise uses only `loss` and `log10_signal`.)


# %% exercise="first_nonfinite"
def first_nonfinite(log):
    """The first row whose loss or signal is not finite, or -1."""
    ### BEGIN SOLUTION
    signal = log["log10_signal"]
    bad = ~np.isfinite(log["loss"]) | (np.isnan(signal) | np.isposinf(signal)).any(axis=1)
    steps = np.flatnonzero(bad)
    return steps[0] if len(steps) else -1
    ### END SOLUTION


# %% check="first_nonfinite"
check(first_nonfinite)

# %% [markdown]
# "After 50 epochs", says the textbook, look for NaN. **Predict:** in which of its 250 steps does the network with large weights break?


# %%
def as_log(run):
    """The log of a run as plain arrays."""
    records = run["log"].measured

    def table(name):
        rows = [[getattr(layer, name) for layer in record.layers[:-1]] for record in records]
        return np.array(rows, dtype=float)  # None, where nothing could be measured, becomes NaN

    return {
        "loss": np.array([record.loss for record in records]),
        "log10_signal": table("log10_signal"),
        "log10_update": table("log10_update"),
        "guess": np.log(10),
    }


# %%
broke = {}
for name in RUNS:
    rows = [first_nonfinite(as_log(run)) for run in runs[name]]
    records = runs[name][0]["log"].measured
    broke[name] = [records[row].step for row in rows if row >= 0]
    print(f"{name:24s}broke in {len(broke[name])} of 3 runs, at the steps {broke[name]}")
assert len(broke["large weights"]) == 3 and max(broke["large weights"]) <= 3
assert len(broke["rate × 20"]) == 3 and max(broke["rate × 20"]) <= 50
assert not broke["healthy"] and not broke["sigmoid"] and not broke["bias -1"]

# %% [markdown]
# Within the first four steps, before the first epoch is over. You need not wait fifty epochs for an explosion. (The monitor measured the first four steps and then every tenth, so the steps of the run *rate × 20* are right to ten.)
#
# ### Exercise 7 · `diagnose(log)`
#
# Now put it all together. `log` is the dict from above, with all numbers up to the first accident. Return **one of six texts**. Ask these questions from top to bottom; the first *yes* decides:
#
# | | question | answer |
# |:--|:--|:--|
# | 1 | Is the dead share of some layer **more than 0.5**? | `"dead units"` |
# | 2 | In the **first row**: is the log10 signal of the first layer, minus that of the last layer, **−2 or less**? | `"vanishing"` |
# | 3 | The same difference: is it **2 or more**? | `"exploding"` |
# | 4 | Is the **median of the last five** losses **at most half** of `log["guess"]`? | `"healthy"` |
# | 5 | The *typical* update of a row is the median over the layers. Is the **largest** of them **above −1** (more than 10% in one step)? | `"learning rate too high"` |
# | 6 | Is the **median** of the typical updates **below −4**? | `"learning rate too low"` |
# | 7 | otherwise | `"healthy"` |
#
# The order goes from cause to consequence. Dead units also stop the signal, so they come first. A signal that explodes also makes steps too large, so it comes before the learning rate. The last line means: the *gradients* are healthy. If the loss stands still all the same, look at the data.


# %% exercise="diagnose"
def diagnose(log):
    """The name of what ails a run: one of six."""
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

# %% [markdown]
# Your function meets the real runs: seven conditions, three seeds each.


# %%
def complete(run):
    """The log up to the first accident, with the dead share of each hidden layer."""
    log = as_log(run)
    stop = first_nonfinite(log)
    for name in ("loss", "log10_signal", "log10_update"):
        log[name] = log[name][:stop] if stop >= 0 else log[name]
    return log | {"dead": np.array([dead_fraction(acts) for acts in run["acts"]])}


named = {name: [diagnose(complete(run)) for run in runs[name]] for name in RUNS}
for name, words in named.items():
    print(f"{name:24s}{', '.join(words)}")
truth = {
    "healthy": "healthy",
    "sigmoid": "vanishing",
    "large weights": "exploding",
    "large weights, careful": "exploding",
    "bias -1": "dead units",
    "rate × 20": "learning rate too high",
    "rate / 500": "learning rate too low",
}
right = sum(word == truth[name] for name in RUNS for word in named[name])
print(f"{right} of {3 * len(RUNS)} runs named as they were made")
assert right >= 19

# %% [markdown]
# ### Exercise 8 · `tells_apart`
#
# Look at *sigmoid* (vanishing) and *rate / 500* (too low) once more. Both stand at guessing. Which **single** measurement tells them apart? One of these, in quotes:
#
# `"loss"`, `"accuracy"`, `"update ratio of the first layer"`, `"gradient of the first layer against the last"`, `"mean gradient over all layers"`
#
# Replace the dots, and delete the line `raise NotImplementedError()`.

# %% exercise="tells_apart"
tells_apart = ...
### BEGIN SOLUTION
tells_apart = "gradient of the first layer against the last"
### END SOLUTION

# %% check="tells_apart"
check(tells_apart=tells_apart)

# %% [markdown]
# ### The textbook's list, measured
#
# Here is the usual list of symptoms, each with a number, medians over three seeds:
# - *poor performance after 50 epochs*: the loss of the last epoch, and the test accuracy;
# - *fluctuates, spikes*: the largest rise of the loss from one step to the next;
# - *weights become very large*: the largest norm of the last weight matrix, against its start;
# - *NaN*: in how many of the three runs.

# %%
measured = {}
print(f"{'':24s}{'loss':>7s}{'accuracy':>10s}{'largest rise':>14s}{'weights ×':>11s}{'NaN':>6s}")
for name in RUNS:
    rows = []
    for run in runs[name]:
        good = np.isfinite(run["losses"])
        losses, sizes = run["losses"][good], run["sizes"][np.isfinite(run["sizes"])]
        growth = sizes.max() / np.linalg.norm(run["before"][1])
        rows.append([run["losses"][-5:].mean(), run["accuracy"], np.diff(losses).max(), growth])
    loss, accuracy, rise, growth = np.median(rows, axis=0)
    broken = sum(not np.isfinite(run["losses"]).all() for run in runs[name])
    measured[name] = accuracy, rise, growth, broken
    print(f"{name:24s}{loss:7.2f}{accuracy:10.0%}{rise:14.3g}{growth:11.3g}{broken:4d}/3")
assert measured["healthy"][0] > 0.9 and measured["healthy"][1] > 0.3
assert all(measured[name][0] < 0.4 for name in RUNS if name != "healthy")
assert measured["sigmoid"][1] < 0.1 and measured["large weights"][1] > 1e4
assert measured["large weights"][2] > 1e3 and measured["sigmoid"][2] < 1.5
assert measured["large weights"][3] == 3 and measured["rate × 20"][3] == 3
assert measured["large weights, careful"][3] == 0 and measured["large weights, careful"][1] > 2

# %% [markdown]
# Every symptom of the list is there: quiet ones for the gradient that vanishes, loud ones for the gradient that explodes. And four warnings, which the list does not give:
# - *Quiet* does not mean *vanishing*. Dead units and a low learning rate are as quiet.
# - A *spike* is not an illness. The healthy run has them too: its loss rises by more than .3 in a single step, and recovers.
# - *Loud* does not mean *exploding*. A learning rate that is too high ends in NaN in a network whose gradient is healthy.
# - With a very small learning rate the exploding network does not break. After fifty epochs it is simply poor, as if its gradient had vanished.
#
# ### Exercise 9 · `symptom_table`
#
# The symptom half of the textbook's comparison table. For each row write which of the two gradients it is **typical** of: a list of seven texts, each `"vanishing"` or `"exploding"`, in this order. Replace the dots, and delete the line `raise NotImplementedError()`.
#
# | row | symptom | typical of |
# |:--|:--|:--|
# | 1 | learning is slow, with little improvement over the epochs | ? |
# | 2 | weights of early layers hardly change | ? |
# | 3 | performance stays poor after many epochs | ? |
# | 4 | metrics fluctuate strongly between epochs | ? |
# | 5 | weights become very large | ? |
# | 6 | the loss spikes, or diverges | ? |
# | 7 | NaN | ? |

# %% exercise="symptom_table"
symptom_table = ...
### BEGIN SOLUTION
symptom_table = 3 * ["vanishing"] + 4 * ["exploding"]
### END SOLUTION

# %% check="symptom_table"
check(symptom_table=symptom_table)

# %% [markdown]
# ## 7. On your own model: GradientMonitor
#
# You built the instruments. In daily work, two lines do it for any PyTorch model: `with GradientMonitor(model) as monitor:` around the loop, and `monitor.step(loss)` after each optimizer step. It measures the first four steps and then every twentieth, and takes its hooks off at the end. **Put a model of your own in place of this one:**

# %%
my_model = network(0, activation=nn.Sigmoid, gain=1.0)
my_optimizer = torch.optim.SGD(my_model.parameters(), lr=0.1)

with GradientMonitor(my_model) as monitor:
    for _ in range(100):
        loss = F.cross_entropy(my_model(x[:256]), y[:256])
        my_optimizer.zero_grad()
        loss.backward()
        my_optimizer.step()
        monitor.step(loss)

diagnosis.diagnose(monitor)

# %%
monitor.plot()

# %% [markdown]
# In the picture: each row of the first panel is a layer, each column a measured step. In the second panel, a slope means that depth changes the gradient. (The picture shows the *signal*, the gradient that reaches each layer. You know from section 2 that the gradients of the parameters can be level while the signal is not.) The diagnosis gives its evidence in numbers, how sure it is, and what to try, with the lesson that explains it. Later findings may be consequences of the first.
#
# The rules are those that you wrote, and a few more. Here are three that are worth knowing.
#
# ### Zero, or underflow?
#
# A gradient of 0 has two causes. A dead layer makes it **exactly zero**. A signal that faded below the smallest float32 has **underflowed**: it was not zero, the number format lost it. **Predict** which is which: a network of sixty sigmoid layers, and the network with bias −1.


# %%
def states(model, inputs):
    """How many layers are in which state at the first step."""
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with GradientMonitor(model) as monitor:
        loss = model(inputs).logsumexp(dim=1).mean()
        loss.backward()
        optimizer.step()
        record = monitor.step(loss)
    return [layer.state for layer in record.layers]


torch.manual_seed(0)
sixty = []
for _ in range(60):
    linear = nn.Linear(16, 16)
    nn.init.normal_(linear.weight, 0, 0.1 / 4)
    sixty += [linear, nn.Sigmoid()]
found = {
    "sixty sigmoids": states(nn.Sequential(*sixty, nn.Linear(16, 4)), torch.randn(32, 16)),
    "bias -1": states(network(0, bias=-1.0), x),
}
for name, seen in found.items():
    print(name, {state: seen.count(state) for state in sorted(set(seen))})
assert "underflow" in found["sixty sigmoids"] and "zero" not in found["sixty sigmoids"]
assert "zero" in found["bias -1"] and "underflow" not in found["bias -1"]

# %% [markdown]
# ### Vanishing, a low rate, or the data?
#
# The loss of all three stands still. The clinic of this course makes sick networks on demand, with one fault each: `clinic.admit(condition, seed)` gives the healthy twin and the patient. **Predict:** a network whose labels are random has a loss that stands still as well. What will its gradients look like?

# %%
hits = 0
for condition in ("vanishing", "learning rate too low", "data problem"):
    for seed in (1, 2):
        twin, patient = clinic.admit(condition, seed)
        course = clinic.train(patient)
        found = diagnosis.diagnose(course.log).illness
        hits += found == condition
        print(
            f"{condition:22s} {patient.family:5s}found: {found:22s} final loss {course.final_loss:.2f}"
        )
print(f"{hits} of 6")
assert hits >= 4

# %% [markdown]
# The gradients of the network with random labels are healthy: every layer gets its signal and moves. So the monitor says that the fault is not there, and sends you to the data. That is worth as much as a finding.
#
# One patient in the list may be called healthy although its gradient was made to fade. Look at its final loss: its illness is so mild that it learned. Rules have a line somewhere, and near the line they are not sure. That is why a finding says how sure it is.
#
# ## Summary
#
# - The loss says *that* a network is ill, not what it has. Know the loss of guessing: $\ln$ of the number of classes.
# - Measure the **signal** of the first hidden layer against the last. The gradients of the weights may be level while the signal explodes.
# - The **update ratio** says how far a step moves a layer. Vanishing: the first layers do not move, the last do. Learning rate too low: none does. Adam hides the symptom, not the illness.
# - A unit is **dead** if it is 0 on *all* the data. A mean over units, layers or batches hides what you are looking for.
# - Explosions show in the first steps: find the **first** step that is not finite.
# - Ask for causes before consequences.
#
# **Next:** lesson 05, *How to draw the first weights*: the first cure.
#
# **Read on**
# - X. Glorot, Y. Bengio: *Understanding the difficulty of training deep feedforward neural networks*, 2010. They watch activations and gradients during training, and note in section 4.2 that the gradients of the weights can be level where those of the units are not.
# - Y. Bengio, P. Simard, P. Frasconi: *Learning long-term dependencies with gradient descent is difficult*, 1994. Where the symptoms were first explained.
# - D. P. Kingma, J. Ba: *Adam: A Method for Stochastic Optimization*, 2015. Why its steps do not depend on the scale of the gradient.

# %%
progress()
