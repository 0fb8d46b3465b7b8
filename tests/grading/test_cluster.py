"""Workers: a cluster of others, workers that die, and results in the order of the orders."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from tests.grading import classes
from vegrad_course.grading import cluster
from vegrad_course.grading.folders import submissions
from vegrad_course.grading.orders import Order, killed
from vegrad_course.grading.record import from_bytes
from vegrad_course.grading.rules import Rules

SCHEDULER = "from distributed.cli.dask_scheduler import main; main()"
WORKER = "from distributed.cli.dask_worker import main; main()"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    return classes.class_in(tmp_path_factory.mktemp("class"), 6)


@pytest.fixture(scope="module")
def orders(course):
    lesson = classes.LESSON.id
    release = (course / "notebooks" / lesson / f"{lesson}.ipynb").read_text(encoding="utf-8")
    return [Order(s, release, Rules(7)).to_bytes() for s in submissions(course, lesson)]


def scores(records):
    return [(from_bytes(record).student, from_bytes(record).score) for record in records]


def test_a_worker_that_dies_has_its_orders_done_by_another(orders):
    with cluster.workers(2) as crew:
        undisturbed = scores(crew.grade(orders))
        pids = list(crew.client.run(os.getpid).values())
        threading.Timer(0.3, os.kill, (pids[0], signal.SIGKILL)).start()
        assert scores(crew.grade(orders)) == undisturbed
    assert [student for student, _ in undisturbed] == sorted(student for student, _ in undisturbed)


def deadly(order, without=()):
    """Does what `work` does, but the order of demo-002 ends the worker's process."""
    if Order.from_bytes(order).submission.student == "demo-002":
        os.kill(os.getpid(), signal.SIGKILL)
    return killed(order)


@pytest.mark.slow
def test_an_order_that_kills_two_workers_gets_a_verdict_and_the_others_get_theirs(
    orders, monkeypatch
):
    monkeypatch.setattr(cluster, "work", deadly)
    with cluster.workers(2) as crew:
        records = [from_bytes(record) for record in crew.grade(orders[:4])]
    assert [record.student for record in records] == [f"demo-00{n}" for n in (1, 2, 3, 4)]
    assert {verdict.kind for verdict in records[1].verdicts} == {"killed"}
    assert records[1].score == 0 and "twice" in records[1].verdicts[0].text


@pytest.mark.slow
def test_a_judge_that_dies_is_started_again(orders):
    from vegrad_course.grading.judge import Judge

    with Judge() as judge:
        first = judge.grade(orders[0])
        judge.process.kill()
        assert scores([judge.grade(orders[0])]) == scores([first])


@pytest.mark.slow
def test_a_cluster_of_two_workers_that_share_nothing_but_an_address(course, tmp_path):
    address = "tcp://127.0.0.1:8796"
    options = ["--no-dashboard", "--host", "127.0.0.1"]
    processes = [start(SCHEDULER, *options, "--port", "8796", cwd=tmp_path)]
    processes += [
        start(
            WORKER,
            address,
            "--nthreads",
            "1",
            "--no-dashboard",
            "--memory-limit",
            "0",
            cwd=tmp_path,
        )
        for _ in range(2)
    ]
    try:
        wait_for(address, 2)
        classes.grade(course, "--scheduler", address)
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait(30)
    assert classes.marks(course) == classes.due(course)


def start(program, *arguments, cwd):
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen([sys.executable, "-c", program, *arguments], cwd=cwd, **quiet)


def wait_for(address, workers):
    from distributed import Client

    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            with Client(address, timeout=5) as client:
                client.wait_for_workers(workers, timeout=30)
                return
        except OSError:
            time.sleep(0.5)
    raise AssertionError("the cluster did not start")
