"""Exercises of lesson 05."""

from vegrad_course.lessons import Lesson

lesson = Lesson("05_initialization", "How to draw the first weights", minutes=90)
