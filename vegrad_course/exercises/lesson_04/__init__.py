"""Exercises of lesson 04."""

from vegrad_course.lessons import Lesson

lesson = Lesson("04_symptoms", "Symptoms", minutes=70)
