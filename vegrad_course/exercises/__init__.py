"""Exercises: what is asked, how it is judged, and the mistakes that are known."""
