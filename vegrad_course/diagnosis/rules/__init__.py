"""One function per illness: facts -> a finding with its numbers, or None.

The order is that of cause and effect: what stands first explains what stands after it. So the last
two are asked, one after the other, only where no other rule speaks: a gradient that vanishes also
makes small steps, and a larger learning rate would not mend it.
"""

from vegrad_course.diagnosis.rules.start import dead_units, loud_output, saturation, symmetric
from vegrad_course.diagnosis.rules.steps import (
    data_problem,
    learning_rate_too_high,
    learning_rate_too_low,
    non_finite,
)
from vegrad_course.diagnosis.rules.travel import exploding, vanishing

RULES = (
    non_finite, dead_units, symmetric, exploding, saturation, vanishing, loud_output,
    learning_rate_too_high,
)  # fmt: skip
LAST_RULES = (learning_rate_too_low, data_problem)
