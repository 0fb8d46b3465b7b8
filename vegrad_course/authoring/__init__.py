"""From one lesson source to the instructor's and the student's notebooks."""
