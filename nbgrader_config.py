"""nbgrader's settings: where things stand in this course.

`solutions/` holds the instructor notebooks (nbgrader's "source"), `notebooks/` the students'
(nbgrader's "release"). Both are built by `vegrad build`.
"""

c = get_config()  # noqa: F821  (nbgrader defines it)

c.CourseDirectory.course_id = "vegrad"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "notebooks"

# A first check loads torch, and a lesson may train a network.
c.Execute.timeout = 120
