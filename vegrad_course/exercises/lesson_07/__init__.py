"""Exercises of lesson 07."""

from vegrad_course.lessons import Lesson

lesson = Lesson("07_normalization", "Normalization", minutes=75)
