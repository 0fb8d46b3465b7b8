"""A hub to try the course with: two students and an instructor, on one machine.

`start` runs it in the folder that holds its state. It is a demo: all servers run as one system
user, and one password opens every door. docs/hub.md says what to change for a real class.
"""

import secrets
from pathlib import Path

c = get_config()  # noqa: F821  (JupyterHub defines it)

HERE, STATE = Path(__file__).parent, Path.cwd()
SETTINGS = HERE.parent.parent / "vegrad_course" / "lab_settings"
INSTRUCTOR, STUDENTS = "instructor", {"ada", "ben"}

# Who may log in. For a real class: PAM, OAuth or LTI.
c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = (STATE / "password").read_text()
c.Authenticator.allowed_users = {INSTRUCTOR, *STUDENTS}

# One server each, with a folder as its home. For a real class: a system user or a container each.
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = str(STATE / "homes" / "{username}")
c.Spawner.default_url = "/lab"
c.Spawner.http_timeout = c.Spawner.start_timeout = 120
c.Spawner.args = [
    "--allow-root",  # for containers, where everyone is root
    f"--LabApp.app_settings_dir={SETTINGS}",
    "--ServerApp.terminado_settings={'shell_command': ['/bin/bash']}",  # keeps PATH
]


def prepare(spawner):
    """Settings for this person. Formgrader is for the instructor, and may stand in JupyterLab."""
    own = "instructor" if spawner.user.name == INSTRUCTOR else "students"
    spawner.environment = {
        "JUPYTER_CONFIG_PATH": f"{HERE / own}:{HERE / 'everyone'}:{SETTINGS}",
        "NBGRADER_EXCHANGE": str(STATE / "exchange"),
    }


c.Spawner.pre_spawn_hook = prepare

# Everything listens on this machine only. For a real class: TLS in front.
c.JupyterHub.cookie_secret = secrets.token_bytes(32)
c.JupyterHub.db_url = f"sqlite:///{STATE / 'jupyterhub.sqlite'}"
PROXY = HERE / "node_modules" / ".bin" / "configurable-http-proxy"
c.ConfigurableHTTPProxy.command = [str(PROXY), "--log-level=warn"]
