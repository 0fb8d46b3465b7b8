"""Exercises of lesson 03."""

from vegrad_course.lessons import Lesson

lesson = Lesson("03_jacobians", "From scalars to matrices", minutes=75)
