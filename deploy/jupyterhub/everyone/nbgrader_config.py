"""nbgrader's settings for everyone at the hub: which course, and where work changes hands."""

import os

c = get_config()  # noqa: F821  (nbgrader defines it)

c.CourseDirectory.course_id = "vegrad"
c.Exchange.root = os.environ["NBGRADER_EXCHANGE"]
c.Exchange.timezone = "UTC"

# The demo runs as one system user, so a file's owner cannot tell who handed it in.
c.ExchangeCollect.check_owner = False
