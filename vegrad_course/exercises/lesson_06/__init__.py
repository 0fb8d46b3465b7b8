"""Exercises of lesson 06."""

from vegrad_course.lessons import Lesson

lesson = Lesson("06_activations", "Activations and their gain", minutes=70)
