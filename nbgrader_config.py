"""nbgrader's settings: where things stand in this course, and how it grades.

`solutions/` holds the instructor notebooks (nbgrader's "source"), `notebooks/` the students'
(nbgrader's "release"). Both are built by `vegrad build`.
"""

c = get_config()  # noqa: F821  (nbgrader defines it)

c.CourseDirectory.course_id = "vegrad"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "notebooks"

# Student code runs in a sandbox, and a judge outside of it gives the marks. `vegrad grade` does
# the same, faster. What the notebook shows when it runs is for looking at; no mark depends on it.
STEPS = "vegrad_course.grading.nbgrader_steps"
c.Autograde.exporter_class = f"{STEPS}.CleanExporter"
c.Autograde.sanitize_preprocessors = []
c.Autograde.autograde_preprocessors = [
    f"{STEPS}.ExecuteInSandbox",
    f"{STEPS}.JudgeAnswers",
    "nbgrader.preprocessors.LimitOutput",
    f"{STEPS}.SaveVerdicts",
]
c.Execute.timeout = 120

# Feedback pages hold no script of a student's, and name the exercises in their contents.
c.GenerateFeedback.exporter_class = "vegrad_course.grading.feedback.NamedFeedback"
c.GenerateFeedback.preprocessors = [
    "nbgrader.preprocessors.GetGrades",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
    "vegrad_course.grading.feedback.SafeFeedback",
]

# Nor does formgrader's page of a notebook, which acts in the instructor's name.
c.HTMLExporter.preprocessors = ["vegrad_course.grading.feedback.SafeFeedback"]

# Who handed in by another way than the exchange does not stop the release to the others.
c.ExchangeFactory.release_feedback = "vegrad_course.grading.release_feedback.ReleaseFeedback"
