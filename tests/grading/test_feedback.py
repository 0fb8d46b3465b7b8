"""Feedback pages: what a student slips in does nothing, and the judge's cards keep their look."""

import logging
import shutil
import subprocess

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output, new_raw_cell

from tests.conftest import ROOT
from vegrad_course.checking.card import block, card
from vegrad_course.grading.clean_html import clean
from vegrad_course.grading.feedback import make_safe, say_once
from vegrad_course.grading.outputs import from_markdown

LESSON = "00_welcome"
CARD = card("double: 1 of 2 cases right", block("Likely cause", "`x < 2`, & not 2"), "failed")
STOCK = """
c.GenerateFeedback.preprocessors = c.GenerateFeedback.preprocessors[:2]
c.HTMLExporter.preprocessors = []
"""
REMOTE = "http://127.0.0.1:9/seen.png"


def say(name):
    return f"console.log('hacked-{name}')"


def script(name):
    return f"<script>{say(name)}</script>"


def display(metadata=None, **data):
    kinds = {kind.replace("_", "/", 1).replace("_", "+"): datum for kind, datum in data.items()}
    return new_output("display_data", data=kinds, metadata=metadata or {})


def hostile_cells():
    """A cell for each way in. Names end in the word that its script prints."""
    forged = {"grade": False, "solution": False, "task": False, "locked": False, "points": 0}
    forged |= {"grade_id": f'">{script("grade-id")}', "schema_version": 3, "comment": "x"}
    outputs = [
        display(text_html=script("html")),
        display(text_html=f'<img src="x" onerror="{say("handler")}">'),
        display(text_html=script("frame"), metadata={"text/html": {"isolated": True}}),
        display(text_html=f'<img src="{REMOTE}"><p style="background:url({REMOTE})">x</p>'),
        display(text_html=f'<a href="javascript:{say("link")}">click</a>'),
        display(text_html="<style>.score{display:none}</style><p class='navbar-fixed-top'>x</p>"),
        display(text_markdown=script("markdown-output")),
        display(application_javascript=f"</script>{script('javascript')}"),
        display(text_latex=f"$x$ {script('latex')}"),
        display(image_svg_xml=f'<svg xmlns="http://www.w3.org/2000/svg">{script("svg")}</svg>'),
        display(image_png="AAAA", metadata={"image/png": {"width": f"1 onerror={say('width')}"}}),
        new_output("stream", name="stdout", text=script("stdout")),
        new_output("error", ename="E", evalue=script("evalue"), traceback=[script("traceback")]),
    ]
    picture = f'<svg xmlns="http://www.w3.org/2000/svg">{script("attachment")}</svg>'
    attached = {"a.svg": {"image/svg+xml": picture}}
    return [
        new_code_cell(script("source"), outputs=outputs),
        new_code_cell("1", metadata={"nbgrader": forged}),
        new_code_cell("1", metadata={"tags": [script("tag")]}),
        new_markdown_cell(f"{script('markdown')}\n\n[go](javascript:{say('markdown-link')})"),
        new_markdown_cell("![here](attachment:a.svg)", attachments=attached),
        new_markdown_cell(rf"\[two\](javascript:{say('twice')}) &lt;script&gt;1&lt;/script&gt;"),
        new_raw_cell(script("raw")),
    ]


FIRE_IN_STOCK = (
    "html handler frame markdown-output width grade-id markdown comment javascript".split()
)


def nbgrader(*arguments, cwd):
    done = subprocess.run(["nbgrader", *arguments], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]


def graded_class(folder, vegrad):
    """A course in which one student's hostile notebook has been graded, its outputs kept."""
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    for name in ("solutions", "notebooks"):
        shutil.copytree(ROOT / name / LESSON, folder / name / LESSON)
    shutil.copy(ROOT / "solutions" / f"{LESSON}.py", folder / "solutions")
    vegrad("demo-class", "--lesson", LESSON, "--students", 1, cwd=folder)
    nbgrader("autograde", LESSON, "--Execute.enabled=False", cwd=folder)
    path = folder / "autograded" / "demo-001" / LESSON / f"{LESSON}.ipynb"
    notebook = nbformat.read(path, 4)
    check = next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade"))
    check.outputs = [new_output("execute_result", data={"text/html": CARD, "text/plain": "1.0"})]
    notebook.cells += hostile_cells()
    nbformat.write(notebook, path)
    comment(folder, f"Well **done**. {script('comment')}")


def comment(folder, text):
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{folder}/gradebook.db", "vegrad") as book:
        notebook = book.find_submission_notebook(LESSON, LESSON, "demo-001")
        notebook.comments[0].manual_comment = text
        book.db.commit()


def page(folder, settings=""):
    config = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    (folder / "nbgrader_config.py").write_text(config + settings, encoding="utf-8")
    nbgrader("generate_feedback", LESSON, "--force", cwd=folder)
    return folder / "feedback" / "demo-001" / LESSON / f"{LESSON}.html"


def seen(context, path):
    """What the scripts of a page said, what it asked for, and the page itself."""
    said, asked, view = [], [], context.new_page()
    view.on("console", lambda message: said.append(message.text.removeprefix("hacked-")))
    view.on("request", lambda request: asked.append(request.url))
    view.route("http*://**", lambda route: route.abort())
    view.goto(path.as_uri())
    view.wait_for_timeout(300)
    return {s for s in said if " " not in s}, {u for u in asked if u.startswith("http")}, view


CARD_LOOK = """() => {
  const card = document.querySelector('[role=group]'), style = getComputedStyle(card);
  const keys = ['borderLeft', 'borderRadius', 'padding', 'margin', 'maxWidth', 'lineHeight',
                'color', 'backgroundColor', 'fontFamily', 'width', 'height'];
  const list = [...card.querySelectorAll('*')].map(e => e.tagName + getComputedStyle(e).margin);
  return [keys.map(key => style[key]), list, card.innerText, card.getAttribute('aria-label')];
}"""


@pytest.mark.browser
@pytest.mark.slow
def test_no_script_of_a_student_runs_in_a_feedback_page(tmp_path, vegrad):
    from tests.browser.lab import chromium

    graded_class(tmp_path, vegrad)
    with chromium() as browser:
        context = browser.new_context()
        said, asked, view = seen(context, page(tmp_path, STOCK))
        assert set(FIRE_IN_STOCK) <= said  # each way in is open in a stock page
        assert REMOTE in asked
        look = view.evaluate(CARD_LOOK)
        said, asked, view = seen(context, page(tmp_path))
        assert said == set()
        assert all("mathjax" in url for url in asked)  # nbgrader's own
        assert view.evaluate(CARD_LOOK) == look
        assert not view.query_selector_all(
            "a[href^='javascript'],iframe,[onerror],.navbar-fixed-top"
        )
        assert view.locator(".score, .panel-heading").first.is_visible()
        assert "Well done." in view.inner_text("body")
        assert "double" in view.locator("#toc a").all_inner_texts()


def test_a_card_keeps_every_property_of_its_look():
    def plain(html):
        return html.replace(" ", "").replace("0.", ".")

    assert plain(clean(CARD)) == plain(CARD)
    assert clean(clean(CARD)) == clean(CARD)


@pytest.mark.parametrize("harm", [
    "<script>1</script>", '<img src="x" onerror="1">', '<a href="javascript:1">x</a>',
    '<a href="java&#9;script:1">x</a>', '<a href="data:text/html,x">x</a>',
    "<iframe src=x></iframe>",
    '<p style="position:fixed">x</p>', '<p style="background:url(http://a)">x</p>',
    '<p style="background:\\75rl(http://a)">x</p>', '<p style="margin:-9em">x</p>',
    '<p style="background:image-set(\'http://a\' 1x)">x</p>', '<img src="//a/b.png">',
    '<img src="http://a/b.png">', '<img src="data:text/html;base64,AAAA">', "<style>p{}</style>",
    "<svg onload=1></svg>", '<math><mi href="javascript:1">x</mi></math>',
    "<form action=x></form>",
    '<p class="navbar-fixed-top" id="top">x</p>', "<base href=http://a>",
    "<meta http-equiv=refresh>",
    '<a href="x" target="_top">x</a>', "<p onclick=1>x</p>", '<img srcset="http://a 1x">',
])  # fmt: skip
def test_html_loses_what_could_act(harm):
    left = clean(harm)
    for piece in ("script", "on", "http", "url", "data:", "position", "-9", "image", "class", "id=",
                  "src", "target",
                  "iframe", "svg", "math", "form", "base", "meta"):  # fmt: skip
        assert piece not in left.replace("noopener", "")


@pytest.mark.parametrize("kept", [
    '<table class="dataframe" border="1"><tbody><tr><td colspan="2">1</td></tr></tbody></table>',
    '<img src="data:image/png;base64,AAAA" alt="a curve">', "<p><em>a</em> &lt;b</p>",
    '<a href="https://a.org" rel="noopener noreferrer">x</a>', '<p style="color:red">x</p>',
    '<div class="highlight"><pre><span class="kn">import</span></pre></div>',
])  # fmt: skip
def test_honest_html_stays_as_it_is(kept):
    assert clean(kept) == kept


def test_markdown_is_rendered_once():
    """nbgrader's template renders the text again; nothing new may come of that."""
    from nbconvert.filters.markdown import markdown2html

    text = "# A\n\n1. `b`\n\n   ```\n   <c>\n\n   d\n   ```\n\n"
    text += "\\[x\\](javascript:1) \\*\\*y\\*\\* $a_1$"
    once = from_markdown(text + "\u2028\n\n    &lt;script&gt;")
    assert markdown2html(once).strip() == once
    assert "**y**" in once and "[x](javascript:1)" in once and "$a_1$" in once


@pytest.mark.parametrize("text", ["![x](attachment:gone.png)", "> " * 3000 + "deep", "*" * 400_000])
def test_markdown_that_cannot_be_rendered_is_shown_as_text(text):
    html = from_markdown(text)
    assert html.startswith("<div>") and html.endswith("</div>") and "\n" not in html


def test_nbgraders_metadata_cannot_carry_markup():
    cell = hostile_cells()[1]
    cell.metadata.nbgrader.update(
        solution=True, score="3", points=None, comment="*a* <script>1</script>"
    )
    make_safe(cell)
    mine = cell.metadata.nbgrader
    assert "<" not in mine.grade_id and '"' not in mine.grade_id
    assert (mine.score, mine.points) == (3.0, 0.0)
    assert "script" not in mine.comment and "<em>a</em>" in mine.comment


def test_only_a_pictures_size_is_kept_of_an_outputs_metadata():
    size = {"image/png": {"width": "1 onload=x", "height": 20}, "filenames": {"image/png": REMOTE}}
    output = display(image_png="AAAA", metadata=size)
    cell = new_code_cell("", outputs=[output], metadata={"tags": ["x"]})
    output.svg_filename = REMOTE
    make_safe(cell, 3)
    assert cell.outputs[0].metadata == {"image/png": {"height": 20}, "image/jpeg": {}}
    assert "svg_filename" not in cell.outputs[0] and cell.metadata == {} and cell.id == "cell-3"


@pytest.mark.parametrize("data", [
    {"application/javascript": "1"},
    {"application/vnd.jupyter.widget-view+json": {"model_id": "a"}},
    {"text/vnd.mermaid": "a"}, {"image/png": '"><script>'}, {"text/html": "<script>1</script>"},
])  # fmt: skip
def test_an_output_that_cannot_be_shown_says_so(data):
    logging.getLogger("traitlets").setLevel(logging.ERROR)
    cell = new_code_cell("", outputs=[new_output("display_data", data=data)])
    make_safe(cell)
    assert list(cell.outputs[0].data) == ["text/plain"]


def pair(comment, card=CARD):
    """An answer with a comment, and its check cell with a card."""
    answer, check = new_code_cell("x = 1"), new_code_cell("check(x)")
    answer.metadata.nbgrader = NotebookNode(grade_id="x", solution=True, comment=comment)
    check.metadata.nbgrader = NotebookNode(grade_id="check-x", grade=True)
    check.outputs = [new_output("execute_result", data={"text/html": card})]
    return answer, check


@pytest.mark.parametrize("comment", ["Likely cause: `x < 2`, &amp; not 2", "No response."])
def test_what_the_card_says_is_not_said_before_it(comment):
    answer, check = pair(from_markdown(comment))
    say_once(answer, check)
    assert answer.metadata.nbgrader.comment is None


def test_a_persons_comment_stays_and_so_does_one_without_a_card():
    for comment, below in (("Well done. Likely cause", CARD), ("No response.", "")):
        answer, check = pair(from_markdown(comment), below)
        say_once(answer, check)
        assert comment in answer.metadata.nbgrader.comment
    answer, check = pair("No response.")
    check.metadata.nbgrader.grade_id = "another"
    say_once(answer, check)
    assert answer.metadata.nbgrader.comment
