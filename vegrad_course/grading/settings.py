"""What a course's nbgrader_config.py says, for the parts of nbgrader that grading uses."""

import sys
from pathlib import Path

from traitlets.config import Config, PyFileConfigLoader

from vegrad_course.errors import Refusal

FILE = "nbgrader_config.py"


def load(root: Path) -> Config:
    """The course's settings. As with nbgrader, a plugin may stand in the course's folder."""
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    try:
        return PyFileConfigLoader(FILE, str(root)).load_config()
    except Exception as error:  # the file is Python, and may raise anything
        raise Refusal(f"{root / FILE} cannot be read ({error}). Mend it.") from None


def database(root: Path, config: Config) -> str:
    """The URL of the course's gradebook: nbgrader's `db_url`, or gradebook.db beside the course."""
    told = config.get("CourseDirectory", Config()).get("db_url")
    return str(told) if told else f"sqlite:///{root / 'gradebook.db'}"
