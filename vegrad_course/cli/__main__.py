"""`python -m vegrad_course.cli` is `vegrad`."""

from vegrad_course.cli import main

main()
