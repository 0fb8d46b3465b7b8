# %% [markdown]
# # 00 · Welcome
#
# Deep networks learn by sending a signal backwards: the **gradient**. On its way through many layers it can fade to nothing, or grow without bound. Both are called the *vanishing and exploding gradient problem*. In this course you will predict them, measure them, and fix them.
#
# This page takes five minutes. It shows how the course works, and that your computer is ready.
#
# **How to use a notebook.** Click into a grey cell and press **Shift + Enter**. The cell runs, and you move on to the next. Try it now.

# %%
import sys

import numpy as np
import torch

from vegrad_course import check, hint, progress
from vegrad_course.widgets import live

# %%
print("Python ", sys.version.split()[0])
print("numpy  ", np.__version__)
print("PyTorch", torch.__version__)
assert sys.version_info >= (3, 11), "the course needs Python 3.11 or newer"

# %% [markdown]
# Three version numbers? Then everything is in place. No GPU is needed, and there is nothing else to download.
#
# ## The map of the course
#
# The lessons in order, the time that each takes, and how many of its exercises you have passed. A click on a title opens the lesson. What you pass is kept on this computer, also when you close the notebook; run the cell again to see it grow.

# %%
progress()

# %% [markdown]
# ## An exercise
#
# Each exercise is a function or a number that **you** write. Delete the line `raise NotImplementedError()`, write your answer in its place, and run the cell. Then run the cell below it: the **check** tells you at once what is right, what is wrong, and why.
#
# ### Practice · `double(x)`
#
# Return twice the array `x`. (This one is worth no marks. Get it wrong on purpose first: return `x ** 2`, and read what the check says.)


# %% exercise="double"
def double(x):
    """Twice each number of the array x."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION


# %% check="double"
check(double)

# %% [markdown]
# ## A hint
#
# When you are stuck, ask for a hint. The first one nudges, the second points, the third nearly says it. Run the cell again to open the next one.

# %%
hint("double")

# %% [markdown]
# ## A living figure
#
# Some figures answer when you move them: with the mouse, or by keyboard. (**↑** goes back to the figure's cell, **Tab** on to its sliders, and the **arrow keys** move them.) This one is a chain of 80 units, one behind the other. The points show how much of the gradient is left after each of them, as a power of ten: −20 on the axis means $10^{-20}$. A factor of ten is called a **decade**. Where the points end, the number is too small, or too large, for the computer (it holds these in the format float32). The line and the words that you do not know yet belong to lesson 02.
#
# **Predict before you move:** every unit has the weight 1. If all weights were doubled, would more of the gradient arrive, or less? Then move the weight to 2, and on to 4. Watch the title.

# %%
live("scalar_chain")

# %% [markdown]
# Surprised? Lesson 02 explains what you have seen.
#
# ## What comes next
#
# | lesson | the question |
# |:--|:--|
# | [01 · The slope of the sigmoid](../01_sigmoid_derivative/01_sigmoid_derivative.ipynb) | How much of a gradient gets through one unit? |
# | [02 · Deep chains](../02_deep_chains/02_deep_chains.ipynb) | And through fifty in a row? |
# | [03 · From scalars to matrices](../03_jacobians/03_jacobians.ipynb) | What decides it when layers are wide? |
# | [04 · Symptoms](../04_symptoms/04_symptoms.ipynb) | How do you see in a training run that a network is ill, and where? |
# | [05 · How to draw the first weights](../05_initialization/05_initialization.ipynb) | How large must the first weights be? |
# | [06 · Activations and their gain](../06_activations/06_activations.ipynb) | What does the choice of the activation change? |
# | [07 · Normalization](../07_normalization/07_normalization.ipynb) | Does normalizing every layer help, and can it harm? |
# | [08 · Taming explosions](../08_taming_explosions/08_taming_explosions.ipynb) | What stops a gradient that grows without bound? |
# | [09 · Residual networks](../09_residual_networks/09_residual_networks.ipynb) | Why does one `+` make a network of 56 layers train? |
# | [10 · Gradients through time](../10_recurrent_networks/10_recurrent_networks.ipynb) | How far back in time does a gradient reach? |
# | [11 · Gated networks](../11_gated_networks/11_gated_networks.ipynb) | How does a gate carry it across a hundred steps? |
# | [12 · The clinic](../12_clinic/12_clinic.ipynb) | Can you name the illness of a network that you have never seen, and cure it? |
#
# Every lesson asks you to **predict before you measure**. Do it, even when you are unsure: a wrong prediction is the fastest way to learn something.
