"""Exercises of lesson 09."""

from vegrad_course.lessons import Lesson

lesson = Lesson("09_residual_networks", "Residual networks", minutes=90)
