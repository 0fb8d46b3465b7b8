"""Every experiment runs in its small form, reports all that it must, and refuses nonsense."""

import json
import math

import pytest

from tests.conftest import ROOT
from vegrad_course import experiments
from vegrad_course.errors import Refusal
from vegrad_course.experiments.model import Row

every = pytest.mark.parametrize("name", experiments.names())


@every
def test_it_runs_and_reports(name):
    result = experiments.find(name).run(quick=True)
    assert result.rows and len({row.label for row in result.rows}) == len(result.rows)
    assert all(len(row.measured) == len(result.seeds) for row in result.rows)
    assert result.outcome in ("reproduced", "partly", "not reproduced")
    assert any(character.isdigit() for character in result.why)


@every
def test_it_names_its_paper_its_seeds_and_its_limits(name):
    experiment = experiments.find(name)
    assert len(experiment.seeds) >= 3
    assert any(year in experiment.paper for year in map(str, range(1990, 2026)))
    assert experiment.claim and experiment.limits and experiment.title


@every
def test_impossible_settings_are_refused_in_one_line(name):
    experiment = experiments.find(name)
    with pytest.raises(Refusal, match="has no setting 'colour'"):
        experiment.run(colour=1)
    with pytest.raises(Refusal, match="whole numbers from 0"):
        experiment.run(seeds=[-1])
    for setting, value in experiment.settings.items():
        if isinstance(value, list | tuple):
            with pytest.raises(Refusal, match=f"{setting} must not be empty"):
                experiment.run(**{setting: ()})
        elif isinstance(value, int | float) and not isinstance(value, bool):
            for bad in (-1, 0, math.nan):
                with pytest.raises(Refusal, match=f"{setting} must be finite and positive"):
                    experiment.run(**{setting: bad})


def test_the_same_seeds_give_the_same_numbers():
    experiment = experiments.find("mean_field_slopes")
    assert experiment.run(quick=True).rows == experiment.run(quick=True).rows


def test_a_run_that_diverged_is_counted_not_hidden():
    row = Row("loss", (1.0, math.inf, math.nan))
    assert row.diverged == 2


def test_the_command_lists_runs_and_prints_json(vegrad):
    code, out, _ = vegrad("experiment")
    assert code == 0 and len(out.splitlines()) == len(experiments.names()) >= 15
    code, out, _ = vegrad("experiment", "zhang_clipping", "--quick", "--json")
    (found,) = json.loads(out)
    wanted = {"name", "paper", "predicted", "measured", "spread", "seeds", "verdict"}
    assert code == 0 and wanted <= set(found)
    code, _, err = vegrad("experiment", "zhang")
    assert code == 2 and "zhang_clipping" in err and err.count("\n") == 1


def test_the_page_holds_every_experiment_with_its_verdict():
    page = (ROOT / "docs" / "experiments.md").read_text(encoding="utf-8")
    sections = {text.split("\n", 1)[0]: text for text in page.split("\n## ")[1:]}
    assert sorted(sections) == experiments.names()
    for name, text in sections.items():
        assert "**Verdict: " in text and experiments.find(name).claim in text, name


def test_markdown_is_what_the_page_is_made_of(vegrad):
    code, out, _ = vegrad("experiment", "zhang_clipping", "--quick", "--markdown")
    assert code == 0 and out.startswith("# Experiments") and "\n## zhang_clipping\n" in out
