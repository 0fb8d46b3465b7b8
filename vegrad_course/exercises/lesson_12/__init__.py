"""Exercises of lesson 12."""

from vegrad_course.lessons import Lesson

lesson = Lesson("12_clinic", "The clinic", minutes=90)
