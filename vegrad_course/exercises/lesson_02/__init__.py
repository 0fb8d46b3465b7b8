"""Exercises of lesson 02."""

from vegrad_course.lessons import Lesson

lesson = Lesson("02_deep_chains", "Deep chains", minutes=60)
