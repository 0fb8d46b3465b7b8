"""Exercises of lesson 00."""

from vegrad_course.lessons import Lesson

lesson = Lesson("00_welcome", "Welcome", minutes=5)
