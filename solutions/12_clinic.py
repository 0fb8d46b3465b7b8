# %% [markdown]
# # 12 · The clinic
#
# **The question of this course:** how large is the gradient after it has passed through many layers? Can you predict it before you measure it? And what changes the answer?
#
# Here the questions meet. Networks come to you ill, with nothing but their logs. You name the illness, you prescribe **one** change, and the network is trained again with it. Only then you know whether you were right.
#
# **When you finish you can**
# - read three numbers off the log of any training, and name the illness from them;
# - tell a vanishing gradient from a learning rate that is too low, though both losses are flat;
# - prescribe one change, and prove by training that it was the right one;
# - say when the usual remedies (clipping, L2 regularisation, a lower learning rate, fewer layers) fail, from your own measurements;
# - watch your own networks, so that you see an illness in its first steps.
#
# **You need** lessons 05 to 11. **Time:** about 90 minutes.

# %%
import numpy as np
import torch
from torch import nn

from vegrad_course import check, hint, plots, progress
from vegrad_course.clinic import cases
from vegrad_course.diagnosis import diagnose
from vegrad_course.monitor import GradientMonitor
from vegrad_course.widgets import live

torch.set_num_threads(1)

# %% [markdown]
# ## 1. A round on the ward
#
# Six small networks of six layers, trained for 40 steps each. One is healthy: number 4, where the figure starts. For each patient you see the loss above, and one number per layer below: the gradient that reaches the layer, or the **relative update**, the size of a step divided by the size of the weights. Both are taken at the first step, before training has changed anything. The dashed line is the healthy network.
#
# **Predict:** three of the patients have a loss that hardly moves. Can you tell from the loss why? Walk through the patients, first by the loss alone, and write down what you think. Then look at the gradient, then at the update.

# %%
live("clinic_chart")

# %% [markdown]
# Did you change your mind? Patients 2, 3 and 5 have the same flat loss and three different illnesses.
#
# Beware of one number by itself, too. In patient 3 each weight is small, and so is its gradient. The *relative* update divides one by the other, and comes out the same in every layer. In patient 5 it also is small in every layer. Only the gradient tells the two apart.
#
# ### Exercise 1 · `slow_patient`
#
# Which patient has nothing but **too small a learning rate**? Write its number in place of the dots, and delete the line `raise NotImplementedError()`.

# %% exercise="slow_patient"
slow_patient = ...
### BEGIN SOLUTION
slow_patient = 5
### END SOLUTION

# %% check="slow_patient"
check(slow_patient=slow_patient)

# %% [markdown]
# ## 2. What a log holds
#
# Now the real patients. They read handwritten digits, and they are of three kinds: deep stacks of ten layers, convolutional networks of five, and recurrent networks that read a digit in eight pieces. A `GradientMonitor` has watched each of them for 60 steps. These are the two lines that it takes:
#
# ```python
# with GradientMonitor(model) as monitor:
#     ...                      # your training loop, as always
#     monitor.step(loss)       # after optimizer.step()
# ```
#
# You get what the monitor wrote down, and no name. `cases.chart(number)` is a dict of plain arrays, for patients 1 to 12:
#
# | key | shape | what it is |
# |:--|:--|:--|
# | `"loss"` | (steps,) | the loss of every step |
# | `"measured"` | (m,) | the steps in which layers were looked at: 0, 1, 2, 3, 20, 40 |
# | `"signal"` | (m, layers) | log10 of the gradient that reaches each hidden layer (root mean square), first layer first. For a recurrent network two columns: the first and the last steps in **time** |
# | `"update"` | (m, weights) | log10 of the relative update of each layer with weights |
# | `"silent"` | (layers,) | share of units that are 0 for the whole first batch |
#
# NaN means "not seen". The log10 of zero is written as -60.

# %%
log = cases.chart(6)
print("patient 6:", {key: value.shape for key, value in log.items()})
print("gradient reaching each layer at the first step, log10:")
print(log["signal"][0].round(1))
assert len(log["loss"]) == 60 and log["signal"].shape == (6, 10)

# %% [markdown]
# **Predict:** how many of the twelve can you name from their losses? Here they are.

# %%
fig, ax = plots.axes(
    "Twelve losses: most are flat, each for its own reason", "training step", "loss", height=4.2
)
ratios = {
    n: np.median(cases.chart(n)["loss"][-6:]) / cases.chart(n)["loss"][0] for n in cases.BLIND
}
flat = [number for number, ratio in ratios.items() if 0.8 < ratio < 1.2]
falling = [number for number, ratio in ratios.items() if 0.1 < ratio < 0.5]
for number in cases.BLIND:
    color = "0.6" if number in flat else None
    (line,) = ax.plot(cases.chart(number)["loss"], color=color, linestyle="-")
    if number not in flat + falling:
        ax.annotate(f"patient {number}", (62, 0.7 * ratios[number] * line.get_ydata()[0]))
ax.annotate("patients " + ", ".join(map(str, flat)), (2, 2.8), color="0.4")
ax.annotate("patients " + ", ".join(map(str, falling)), (62, 0.7))
ax.set_xlim(right=76)
ax.set_yscale("log")
assert len(flat) == 8 and len(falling) == 2
plots.show(
    fig,
    alt="Losses of twelve patients on a log axis. Eight lie on top of each other near 2.3, the "
    "loss of guessing. Two fall, one jumps above 10, and one falls from 25,000 to 800.",
)

# %% [markdown]
# 2.3 is $\ln 10$, the loss of guessing among ten digits. Eight patients guess, or do hardly better.
#
# ### Exercise 2 · `log_facts(log)`
#
# Read three numbers off a log. Return `gain, update, drop`:
# - **gain**: how many decades the gradient gains on its way from the last hidden layer to the first, at the **first** measured step: the entry of the first layer minus that of the last. Negative is vanishing.
# - **update**: the median of all entries of `log["update"]`, leaving out NaN. A typical step changes the weights by $10^{\text{update}}$ of their size.
# - **drop**: the share of the loss that is gone at the end: 1 minus the median of the last tenth of the losses (`len(loss) // 10` of them) divided by the first loss. If any loss of the last tenth is not finite, drop is `-np.inf`.
#
# `log` is a dict with `"loss"`, `"signal"`, `"update"` and `"silent"`. There are at least ten losses.


# %% exercise="log_facts"
def log_facts(log):
    """gain (decades), update (log10), drop (share of the first loss) of one log."""
    ### BEGIN SOLUTION
    signal, loss = log["signal"], log["loss"]
    tail = loss[-(len(loss) // 10) :]
    drop = 1 - np.median(tail) / loss[0] if np.isfinite(tail).all() else -np.inf
    return signal[0, 0] - signal[0, -1], np.nanmedian(log["update"]), drop
    ### END SOLUTION


# %% check="log_facts"
check(log_facts)

# %% [markdown]
# Now the charts of all twelve, four numbers each.

# %%
log_facts(cases.chart(1))  # needs your function
print("patient  network     gain   update    drop   most silent")
for number in cases.BLIND:
    log = cases.chart(number)
    facts = log_facts(log)
    family = cases.case(number).twin.family
    print(
        f"{number:7d}  {family:8s} {facts[0]:+7.2f}  {facts[1]:7.2f}  {facts[2]:+6.0%}  {log['silent'].max():6.0%}"
    )

# %% [markdown]
# ## 3. Name the illness
#
# There are seven names:
#
# | name | what was planted |
# |:--|:--|
# | `"healthy"` | nothing |
# | `"vanishing"` | weights too small |
# | `"exploding"` | weights too large |
# | `"dead units"` | biases so negative that ReLUs never fire |
# | `"learning rate too high"` | steps a hundred times too large |
# | `"learning rate too low"` | steps hundreds of times too small |
# | `"data problem"` | the labels do not belong to the images |
#
# One illness can look like another, further down the line. Dead units give no gradient, so their updates are zero as well. So look for **causes before symptoms**: first at what the units do, then at the gradient's way back, then at the size of the steps, and at the loss last.
#
# Where do you put the bounds? Look for the *gaps* in the table above. **Predict** before you write: a healthy recurrent tanh network loses more than a decade over its eight steps. Is that an illness?
#
# ### Exercise 3 · `diagnose_log(log)`
#
# Return one of the seven names. `log` is a dict as in exercise 2. You will be judged on twelve **other** patients, of the same three kinds. (The first check trains them: allow half a minute.)


# %% exercise="diagnose_log"
def diagnose_log(log):
    """The name of the illness that this log shows."""
    ### BEGIN SOLUTION
    gain, update, drop = log_facts(log)
    if log["silent"].max() > 0.8:
        return "dead units"
    if gain > 2:
        return "exploding"
    if gain < -2.5:
        return "vanishing"
    if update > -1:
        return "learning rate too high"
    if update < -3.5:
        return "learning rate too low"
    return "healthy" if drop > 0.2 else "data problem"
    ### END SOLUTION


# %% check="diagnose_log"
check(diagnose_log)

# %% [markdown]
# Here is what was planted in the twelve open patients, beside your diagnosis, and beside that of the course's own `diagnose`, which reads the same log with more rules.

# %%
diagnose_log(cases.chart(1))  # needs your function
for number in cases.BLIND:
    case, own = cases.case(number), diagnose_log(cases.chart(number))
    print(f"{number:2d}  planted: {case.illness:24s} you: {own}")

# %% [markdown]
# ### Regular monitoring
#
# "Train for 50 epochs, and look for these signs" is common advice. **Predict:** how many steps did the *gain* need?
#
# One. It stands in row 0 of the log, before the first step has changed a weight. So watch from the start, always, and not only when something has gone wrong. It takes two lines:

# %%
torch.manual_seed(1)
model = nn.Sequential(
    nn.Linear(64, 32), nn.Sigmoid(),
    *[layer for _ in range(7) for layer in (nn.Linear(32, 32), nn.Sigmoid())],
    nn.Linear(32, 10),
)  # fmt: skip
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
images, labels = torch.randn(64, 64), torch.randint(10, (64,))

with GradientMonitor(model) as monitor:
    for _ in range(4):
        loss = nn.functional.cross_entropy(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        monitor.step(loss)

found = diagnose(monitor).findings[0]
print(f"{found.illness}: {found.evidence[0]}")
assert diagnose(monitor).illness == "vanishing"

# %% [markdown]
# Four steps, on random data, and the sigmoids are found out.
#
# ## 4. What does "cured" mean?
#
# A loss that falls is no cure: patient 7 fell from 25,000 to 800, and still does far worse than guessing. So every patient has a **healthy twin**: the same network from the same seed, without the fault. The treated patient must learn nearly as its twin does.
#
# ### Exercise 4 · `restored(treated, twin)`
#
# Both are arrays with the losses of every step, of the same length, at least ten. The twin goes a certain way: from `twin[0]` down to where it ends. Return `True` if the treated network **ends** at most **a fifth of that way** above the end of the twin. The end of a run is the median of the last tenth of its losses (`len(...) // 10` of them). If the end of `treated` is NaN or infinite, return `False`.


# %% exercise="restored"
def restored(treated, twin):
    """Does the treated network end at most a fifth of the twin's way above the twin?"""
    ### BEGIN SOLUTION
    end = np.median(treated[-(len(treated) // 10) :])
    goal = np.median(twin[-(len(twin) // 10) :])
    return bool(end <= goal + 0.2 * (twin[0] - goal))
    ### END SOLUTION


# %% check="restored"
check(restored)

# %% [markdown]
# ## 5. Eight remedies on trial
#
# Here is a list as you find it in many places, with what each entry means in this clinic:
#
# | remedy | what is done |
# |:--|:--|
# | `initialise` | right initial weights and biases |
# | `normalise` | batch normalisation after each layer |
# | `residual` | a shortcut around each layer |
# | `shorten` | "simplify the architecture": a quarter of the layers |
# | `clip` | global gradient norm at most 1 |
# | `decay` | L2 regularisation, 0.01 |
# | `lower the rate` | learning rate divided by 100 |
# | `raise the rate` | learning rate times 1,000 |
#
# Six patients get each of them, one at a time. The optimizer is Adam.
#
# **Predict**, and write it down: clipping is *the* remedy for exploding gradients. Will it restore patient 7? And "reduce the depth" for the vanishing patient 6?

# %%
REMEDIES = {
    "initialise": ("initialise", 1.0),
    "normalise": ("normalise", 1.0),
    "residual": ("residual", 1.0),
    "shorten": ("shorten", 1.0),
    "clip": ("clip", 1.0),
    "decay": ("decay", 1.0),
    "lower the rate": ("learning rate", 0.01),
    "raise the rate": ("learning rate", 1000.0),
}
ILL = {
    "vanishing": 6,
    "exploding": 7,
    "dead units": 9,
    "rate too high": 8,
    "rate too low": 12,
    "data problem": 3,
}


def left_over(number, remedy, factor=1.0):
    """Which share of the healthy twin's way the treated patient did not cover."""
    treated, twin = cases.losses(number, remedy, factor), cases.twin_losses(number)
    end, goal = np.median(treated[-6:]), np.median(twin[-6:])
    return float((end - goal) / (twin[0] - goal))


missing = {
    (illness, name): left_over(number, *remedy)
    for illness, number in ILL.items()
    for name, remedy in REMEDIES.items()
}

# %% [markdown]
# 0 is as good as the twin, 1 is no better than the start. At most 0.2 counts as restored.

# %%
shares = np.array([[missing[illness, name] for name in REMEDIES] for illness in ILL])
fig, ax = plots.axes("Who is restored by what? 0 is healthy, 1 is no progress", "", "", height=3.6)
ax.imshow(np.clip(shares, 0, 1), cmap="cividis_r", vmin=0, vmax=1.3, aspect="auto")
for (row, column), share in np.ndenumerate(shares):
    text = f"{share:.2f}" if share < 10 else ">10"
    weight = "bold" if share <= 0.2 else "normal"
    ax.text(column, row, text, ha="center", va="center", weight=weight,
            color="white" if share > 0.6 else "black")  # fmt: skip
ax.set_xticks(range(len(REMEDIES)), REMEDIES, rotation=30, ha="right")
ax.set_yticks(range(len(ILL)), ILL)
ax.grid(False)
plots.show(
    fig,
    alt="A table of six illnesses and eight remedies. Right initial weights restore vanishing, "
    "exploding and dead units. Shortcuts, normalisation and fewer layers restore vanishing, and "
    "fewer layers bring the exploding patient near its twin. "
    "Clipping and L2 restore nobody. A lower rate restores only a rate that was too high, a "
    "higher one only a rate that was too low. Nothing restores the patient with bad data.",
)

# %%
for illness in ("vanishing", "exploding", "dead units"):
    assert missing[illness, "initialise"] < 0.05
for illness in ("vanishing", "exploding"):
    assert min(missing[illness, name] for name in ("clip", "decay", "lower the rate")) > 0.5
assert missing["vanishing", "residual"] < 0.2 and missing["vanishing", "shorten"] < 0.2
assert missing["exploding", "residual"] > 10 and missing["exploding", "shorten"] < 0.5
assert all(min(missing[i, name] for i in ILL) > 0.5 for name in ("clip", "decay"))
assert (
    missing["rate too high", "lower the rate"] < 0.2
    and missing["rate too low", "raise the rate"] < 0.2
)
assert min(shares[-1]) > 0.8, "no change of the network mends wrong labels"
mended = left_over(3, "mend the data")
print(f"data problem: with the labels put right, {mended:.2f} of the way is missing")
assert mended < 0.1

# %% [markdown]
# Read the table column by column. Each remedy is right for somebody, except two.
#
# - **Clipping** did not restore the exploding patient. Its weights are too large, so its *outputs* are wild: the loss starts at 25,000, and a shorter step starts from the same place. Besides, Adam divides each gradient by its own size, so a gradient cut by a constant factor gives the same step. Clipping guards a network whose start is sound against a cliff on the way (lesson 08); it is no cure for a bad start.
# - **L2 regularisation** shrinks weights by a little at each step. In 60 steps that is nothing, and for vanishing gradients it pulls the wrong way.
# - A **lower learning rate** restores the patient whose rate was too high. It makes every other patient slower.
# - **Fewer layers** does restore the vanishing patient: with a quarter of the layers, a quarter of the decades is lost. By the same sum it brings the exploding one near its twin. It works by giving up the depth. If the task needs the depth (lesson 09), it is no cure.
# - **Shortcuts** restore the vanishing patient and make the exploding one far worse: the large branches now add up.
# - **Nothing** restores bad data. Gradients can be perfect, and there is nothing to learn.
#
# These are single runs. The differences that the text names are large; do not rank two remedies whose numbers are close.
#
# ### Exercise 5 · `failed_cures`
#
# Which three remedies restored **neither** the vanishing **nor** the exploding patient, and changed only how steps are made or the weights bit by bit? Write the set of their names in place of the dots, such as `{"shorten", "normalise"}`, and delete the line `raise NotImplementedError()`. Choose among `initialise`, `normalise`, `residual`, `shorten`, `clip`, `decay` and `lower the rate`.

# %% exercise="failed_cures"
failed_cures = ...
### BEGIN SOLUTION
failed_cures = {"clip", "decay", "lower the rate"}
### END SOLUTION

# %% check="failed_cures"
check(failed_cures=failed_cures)

# %% [markdown]
# ## 6. One change
#
# Now treat. The patients are those of exercise 3, who were held back. Your prescription is carried out, the patient is trained again, and its loss is held against its twin's, with the rule of exercise 4.
#
# Why only *one* change? If you change three things and the network learns, you do not know which one it was, and you carry the other two along for ever.
#
# For the learning rate you need a **factor**. With Adam the update is proportional to the learning rate. A typical step of a healthy patient changes the weights by about 1%, that is an update of -2. **Predict:** a log shows an update of -5. What factor brings it to -2?
#
# ### Exercise 6 · `prescribe(log)`
#
# Return `remedy, factor`. The remedy is one of `"nothing"`, `"initialise"`, `"normalise"`, `"residual"`, `"clip"`, `"decay"`, `"shorten"`, `"learning rate"`, `"mend the data"`. The learning rate is multiplied by `factor`; for all other remedies the factor plays no part, so return 1.0. A healthy patient gets `"nothing"`. Your earlier functions may help.


# %% exercise="prescribe"
def prescribe(log):
    """One remedy, and the factor for the learning rate."""
    ### BEGIN SOLUTION
    cures = {
        "healthy": "nothing",
        "vanishing": "initialise",
        "exploding": "initialise",
        "dead units": "initialise",
        "data problem": "mend the data",
    }
    illness = diagnose_log(log)
    if illness in cures:
        return cures[illness], 1.0
    return "learning rate", 10 ** (-2 - log_facts(log)[1])
    ### END SOLUTION


# %% check="prescribe"
check(prescribe)

# %% [markdown]
# The twelve open patients, before and after your prescription:

# %%
prescribe(cases.chart(1))  # needs your function
fig, ax = plots.axes(
    "Before and after: the loss at the end", "patient", "loss, median of the last tenth"
)
before = [np.median(cases.chart(n)["loss"][-6:]) for n in cases.BLIND]
after = [np.median(cases.losses(n, *prescribe(cases.chart(n)))[-6:]) for n in cases.BLIND]
twins = [np.median(cases.twin_losses(n)[-6:]) for n in cases.BLIND]
ax.plot(cases.BLIND, before, "x", label="before")
ax.plot(cases.BLIND, after, "o", label="after one change")
ax.plot(cases.BLIND, twins, "_", markersize=14, color="0.3", label="healthy twin")
ax.axhline(np.log(10), color="0.5", linewidth=1, linestyle="--", label="guessing, ln 10")
ax.set_yscale("log")
ax.set_xticks(cases.BLIND)
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
plots.show(
    fig,
    alt="For each of twelve patients the final loss before and after one change, and that of the "
    "healthy twin. Before, most stand at guessing or above; after, all stand near their twins.",
)

# %% [markdown]
# ## 7. The two illnesses side by side
#
# Short texts compare the two in a table of four rows: cause, effect, common context, solutions. Now you can fill it in from what you have measured, and you will know more than some of these tables do. They often name recurrent networks under vanishing only, and poor initial weights under exploding only. Patient 1 of this clinic is a recurrent network with exploding gradients. Patient 6 vanishes by poor initial weights.
#
# ### Exercise 7 · `comparison_table`
#
# A dict of eight lines. Replace each `...` by a list of choices, in quotes, such as `["clipping", "gates"]`, and delete the line `raise NotImplementedError()`.
#
# | row | choices |
# |:--|:--|
# | cause (one) | `"factors below 1"`, `"factors above 1"`, `"eigenvalues below 1"`, `"small data"` |
# | effect (one) | `"early layers stand still"`, `"steps throw the weights about"`, `"labels are wrong"` |
# | context (all that fit) | `"deep networks"`, `"recurrent networks"`, `"weights too small"`, `"weights too large"`, `"saturated units"` |
# | solutions (all that this course has shown to help) | `"initialisation"`, `"normalisation"`, `"ReLU"`, `"residual connections"`, `"gates"`, `"clipping"`, `"lower learning rate"`, `"L2"`, `"fewer layers"` |
#
# The **factors** are those by which the layers change the length of the gradient, one after another. Where this course has seen a solution work in one place and fail in another, both answers are accepted.

# %% exercise="comparison_table"
comparison_table = {
    "cause of vanishing": ...,
    "cause of exploding": ...,
    "effect of vanishing": ...,
    "effect of exploding": ...,
    "context of vanishing": ...,
    "context of exploding": ...,
    "solutions of vanishing": ...,
    "solutions of exploding": ...,
}
### BEGIN SOLUTION
comparison_table |= {
    "cause of vanishing": ["factors below 1"],
    "cause of exploding": ["factors above 1"],
    "effect of vanishing": ["early layers stand still"],
    "effect of exploding": ["steps throw the weights about"],
    "context of vanishing": [
        "deep networks",
        "recurrent networks",
        "weights too small",
        "saturated units",
    ],
    "context of exploding": ["deep networks", "recurrent networks", "weights too large"],
    "solutions of vanishing": ["initialisation", "ReLU", "residual connections", "gates"],
    "solutions of exploding": ["initialisation", "clipping"],
}
### END SOLUTION

# %% check="comparison_table"
check(comparison_table=comparison_table)

# %% [markdown]
# ## 8. In your own words
#
# One answer is read by a person. Take **patient 11**, a convolutional network. Its updates are so large that one could blame the learning rate.

# %%
log = cases.chart(11)
print("gradient reaching each layer at the first step, log10:", log["signal"][0].round(1))
print("median update:", np.nanmedian(log["update"]).round(2))
print(
    "loss at the start and at the end:",
    log["loss"][0].round(2),
    np.median(log["loss"][-6:]).round(2),
)
for remedy, factor in (("initialise", 1.0), ("learning rate", 0.1)):
    end = np.median(cases.losses(11, remedy, factor)[-6:])
    print(f"loss at the end after {remedy} (factor {factor}): {end:.2f}")
assert log["signal"][0, 0] - log["signal"][0, -1] < -3
assert left_over(11, "initialise") < 0.05 and left_over(11, "learning rate", 0.1) > 0.5

# %% [markdown]
# ### Exercise 8 · my diagnosis of patient 11
#
# Write a report of five to ten sentences to a colleague who wants to lower the learning rate. **Rubric**, one point each:
# 1. **Name and evidence.** The illness is named, with at least two numbers from the log.
# 2. **The other suspect.** It is said, with a number, why the learning rate is not the cause, though the updates are large.
# 3. **One change.** One prescription, with the reason why it acts on the cause.
# 4. **The test.** It is said what will be measured after the change, and which result would prove the report wrong.

# %% [markdown] written="my_diagnosis" points=4
# ### BEGIN SOLUTION
# The gradient of patient 11 vanishes. At the first step it loses about four decades on its way from the fifth convolution back to the first, where a healthy twin loses a small part of one, and after 60 steps the loss still stands near 2.3, at guessing. The large updates are no sign of a high learning rate: dividing the rate by ten left the loss at guessing. They are large because the weights are small, and the relative update divides by the weights. A rate is one factor for all layers and cannot mend a difference of four decades between them. I prescribe one change: He's initial weights, since every layer then hands on as much as it gets. After it, the gain of the first step should lie within half a decade of 0, and the loss should end within a fifth of the twin's way from the twin's end. If the gain comes back to 0 and the loss stays flat all the same, my report is wrong, and I would look at the data next.
# ### END SOLUTION

# %% [markdown]
# ## Summary
#
# - A flat loss has many causes: in this clinic vanishing gradients, dead units, a learning rate that is too low, and bad data. The loss says *that* something is wrong. The gradient on its way back, the relative update and the silent share say *what*.
# - Look at causes before symptoms, and set bounds in the gaps between the healthy and the ill.
# - The gain can be read at the **first** step. Watch from the start.
# - A cure is proved by training: the treated network must go nearly the whole way of its healthy twin.
# - Right initial weights restored vanishing, exploding and dead patients. Clipping and L2 restored none of these, a lower rate only the patient whose rate was too high. Fewer layers restored the vanishing patient, at the price of its depth.
# - One change at a time.
#
# You have come to the end of the course. Take the monitor with you: `vegrad diagnose` reads any log that `monitor.save` has written.
#
# **Read on**
# - X. Glorot, Y. Bengio: *Understanding the difficulty of training deep feedforward neural networks*, 2010. The paper that looked at layers, one by one, during training.
# - R. Pascanu, T. Mikolov, Y. Bengio: *On the difficulty of training recurrent neural networks*, 2013. Both illnesses over time, and clipping.
# - D. Kingma, J. Ba: *Adam: a method for stochastic optimization*, 2015. Why a rescaled gradient gives the same step.
# - K. He, X. Zhang, S. Ren, J. Sun: *Deep residual learning for image recognition*, 2016. When fewer layers is no answer.

# %%
progress()
