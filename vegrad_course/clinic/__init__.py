"""Small networks that can be made ill in a known way, trained, diagnosed and treated."""

from vegrad_course.clinic.models import build
from vegrad_course.clinic.patients import CONDITIONS, Patient, admit
from vegrad_course.clinic.treatment import treat
from vegrad_course.clinic.ward import Course, train

__all__ = ["CONDITIONS", "Course", "Patient", "admit", "build", "train", "treat"]
