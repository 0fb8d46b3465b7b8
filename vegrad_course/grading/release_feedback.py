"""Release feedback where only some submissions came through nbgrader's exchange.

nbgrader's own command ends at the first submission that came another way: such a one has neither
the time nor the secret by which the exchange finds its student. Here it is passed over, and said.
"""

from pathlib import Path

from nbgrader.exchange.default import ExchangeReleaseFeedback

NEEDED = ("timestamp.txt", "submission_secret.txt")


class ReleaseFeedback(ExchangeReleaseFeedback):
    """nbgrader's, for the students who handed in through the exchange."""

    def copy_files(self) -> None:
        pages = Path(self.coursedir.root, self.coursedir.feedback_directory)
        found = sorted(pages.glob(f"*/{self.coursedir.assignment_id}"))
        others = [f.parent.name for f in found if not all((f / name).exists() for name in NEEDED)]
        if others:
            self.log.warning(
                "%d students handed in by another way than the exchange; send them their pages "
                "from %s/: %s", len(others), pages.name, ", ".join(others)
            )  # fmt: skip
        left_out = [self.coursedir.student_id_exclude, *others]
        self.coursedir.student_id_exclude = ",".join(filter(None, left_out))
        super().copy_files()
