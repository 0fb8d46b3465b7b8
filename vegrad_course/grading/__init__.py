"""Grading that can be trusted: answers are collected in a sandbox and judged outside of it."""
