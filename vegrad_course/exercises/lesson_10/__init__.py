"""Exercises of lesson 10."""

from vegrad_course.lessons import Lesson

lesson = Lesson("10_recurrent_networks", "Gradients through time", minutes=75)
