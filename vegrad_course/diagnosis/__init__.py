"""From the monitor's records to the name of the illness, the evidence, and what to try."""

from vegrad_course.diagnosis.diagnose import diagnose
from vegrad_course.diagnosis.findings import Diagnosis, Finding, Remedy

__all__ = ["Diagnosis", "Finding", "Remedy", "diagnose"]
