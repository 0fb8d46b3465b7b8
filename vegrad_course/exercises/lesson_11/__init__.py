"""Exercises of lesson 11."""

from vegrad_course.lessons import Lesson

lesson = Lesson("11_gated_networks", "Gated networks", minutes=75)
