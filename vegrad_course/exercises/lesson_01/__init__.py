"""Exercises of lesson 01."""

from vegrad_course.lessons import Lesson

lesson = Lesson("01_sigmoid_derivative", "The slope of the sigmoid", minutes=50)
