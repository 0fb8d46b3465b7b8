"""Exercises of lesson 08."""

from vegrad_course.lessons import Lesson

lesson = Lesson("08_taming_explosions", "Taming explosions", minutes=75)
