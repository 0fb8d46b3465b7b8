"""`python -m vegrad_course` is `vegrad`."""

from vegrad_course.cli import main

main()
