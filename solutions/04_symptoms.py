# %% [markdown]
# # 04 · Symptoms
#
# **The question of this course:** how large is the gradient after it has passed through many layers? Can you predict it before you measure it? And what changes the answer?
#
# **When you finish you can** measure the symptoms of a network that does not train.
#
# **You need** lessons 01 to 03. **Time:** about 70 minutes.

# %%
import numpy as np

from vegrad_course import check, hint, progress

# %% [markdown]
# ### Exercise · `dead_fraction(acts)`
#
# `acts` holds the outputs of a ReLU layer for **all the data**, shape (examples, units). Return the share of units that are dead, from 0 to 1: those that are 0 on every example.


# %% exercise="dead_fraction"
def dead_fraction(acts):
    """The share of units (columns) that are 0 for every example (row)."""
    ### BEGIN SOLUTION
    return np.all(acts == 0, axis=0).mean()
    ### END SOLUTION


# %% check="dead_fraction"
check(dead_fraction)

# %%
progress()
