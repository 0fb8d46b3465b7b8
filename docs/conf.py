"""The course's website. `make site` builds it into docs/_build/html, with no network."""

import sys
from importlib.resources import files
from pathlib import Path

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS.parent))

from vegrad_course import __version__  # noqa: E402
from vegrad_course.authoring.course import Course  # noqa: E402
from vegrad_course.site.docstrings import from_markdown  # noqa: E402
from vegrad_course.site.front import write_front  # noqa: E402
from vegrad_course.site.pages import write_pages  # noqa: E402

project = "Vanishing and exploding gradients"
author = copyright = "vegrad-course contributors"
release = __version__

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.mathjax",
    "sphinx_copybutton",
    "sphinx_design",
]
exclude_patterns = ["_build", "lessons/map.md"]
templates_path = ["_templates"]
default_role = "code"

myst_enable_extensions = ["attrs_block", "attrs_inline", "colon_fence", "dollarmath"]
myst_heading_anchors = 2
nb_execution_mode = "off"  # the lessons come with their outputs
nb_merge_streams = True
copybutton_exclude = ".linenos, .gp, .go"

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True
toc_object_entries_show_parents = "hide"
add_module_names = False

html_context = {"default_mode": "auto"}
html_theme = "pydata_sphinx_theme"
html_title = project
html_static_path = ["_static", str(files("sphinx-mathjax-offline") / "static/mathjax/tex-svg.js")]
html_extra_path = ["_build/extra"]
html_favicon = "_static/icon.svg"
html_css_files = ["site.css"]
html_js_files = ["equations.js", "figures.js"]
html_copy_source = html_show_sourcelink = False  # a source would tell hidden solutions
html_show_sphinx = False
html_sidebars = {"index": [], "experiments": [], "api": []}
html_theme_options = {
    "icon_links": [
        {
            "name": "GitHub",
            "url": "https://github.com/vegrad/vegrad-course",
            "icon": "fa-brands fa-github",
        }
    ],
    "logo": {"text": project},
    "navbar_align": "left",
    "show_toc_level": 1,
    "show_prev_next": True,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
mathjax_path = "tex-svg.js"
mathjax3_config = {"options": {"enableMenu": False}}


def setup(app):
    """Make the pages that come from lessons, before Sphinx looks for its sources."""
    course = Course(DOCS.parent)
    write_pages(course, DOCS, solutions=not app.tags.has("without_solutions"))
    write_front(course, DOCS)
    app.connect("autodoc-process-docstring", from_markdown)
