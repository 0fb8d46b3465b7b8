"""vegrad reset: the released notebook comes back, and nothing is lost."""

NAME = "01_sigmoid_derivative"


def test_the_released_notebook_comes_back_and_mine_is_kept(vegrad, own):
    path = own / "notebooks" / NAME / f"{NAME}.ipynb"
    released = path.read_bytes()
    for number, mine in enumerate((b"my work", b"\xff more of it", b"and more"), 1):
        path.write_bytes(mine)
        code, out, _ = vegrad("reset", "01", cwd=own)
        assert code == 0 and f"backups/{NAME}-{number}.ipynb" in out
        assert "open in JupyterLab? Close it there, or choose Revert" in out
        assert path.read_bytes() == released
        assert (own / "backups" / f"{NAME}-{number}.ipynb").read_bytes() == mine
    assert (own / "backups" / ".gitignore").read_text() == "*\n"
    assert sorted(p.name for p in path.parent.iterdir()) == [path.name]


def test_nothing_to_put_back_is_refused(vegrad, own):
    code, out, err = vegrad("reset", "1", cwd=own)
    assert code == 2 and out == "" and err.count("\n") == 1 and "as it was released" in err
    assert not (own / "backups").exists()


def test_a_lost_notebook_comes_back(vegrad, own):
    path = own / "notebooks" / NAME / f"{NAME}.ipynb"
    released = path.read_bytes()
    path.unlink()
    code, out, _ = vegrad("reset", NAME, cwd=own)
    assert code == 0 and path.read_bytes() == released and "kept as" not in out


def test_without_a_backup_nothing_changes(vegrad, own):
    path = own / "notebooks" / NAME / f"{NAME}.ipynb"
    path.write_text("my work")
    (own / "backups").write_text("a file in the way")
    code, _, err = vegrad("reset", "01", cwd=own)
    assert code == 2 and err.count("\n") == 1 and "Nothing was changed" in err
    assert path.read_text() == "my work"


def test_other_files_in_the_folder_of_backups(vegrad, own):
    path = own / "notebooks" / NAME / f"{NAME}.ipynb"
    path.write_text("my work")
    (own / "backups").mkdir()
    (own / "backups" / f"{NAME}-old.ipynb").write_text("named by hand")
    code, out, _ = vegrad("reset", "01", cwd=own)
    assert code == 0 and f"{NAME}-1.ipynb" in out
