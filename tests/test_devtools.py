"""The set-up: steps done once, mistakes told in one line, lock files that name no place."""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from hypothesis import settings

import dev
from devtools import environment, steps
from tests.profiles import EXPLORING, REPEATABLE


@pytest.mark.engine_free
class TestStep:
    def test_it_is_done_once_for_the_same_inputs(self, folder: Path, done: list[str]) -> None:
        source = folder / "source"
        source.write_text("one")
        for _ in range(2):
            steps.step("make", lambda: done.append("made"), stamp="make", inputs=[source])
        assert done == ["made"]

    def test_it_is_done_again_when_an_input_changed(self, folder: Path, done: list[str]) -> None:
        source = folder / "source"
        for text in ("one", "two"):
            source.write_text(text)
            steps.step("make", lambda: done.append("made"), stamp="make", inputs=[source])
        assert done == ["made", "made"]

    def test_it_is_done_again_when_what_it_made_is_gone(self, folder: Path) -> None:
        made = folder / "made"
        for _ in range(2):
            steps.step("make", made.touch, stamp="make", outputs=[made])
            assert made.exists()
            made.unlink()

    def test_a_failed_step_is_done_again_even_if_an_earlier_one_went_well(self, folder: Path, done: list[str]) -> None:
        made = folder / "made"
        made.touch()
        steps.step("make", lambda: None, stamp="make", outputs=[made])
        made.unlink()

        def fail() -> None:
            made.touch()  # half-way
            raise steps.Problem("no network")

        with pytest.raises(steps.Problem):
            steps.step("make", fail, stamp="make", outputs=[made])
        steps.step("make", lambda: done.append("made"), stamp="make", outputs=[made])
        assert done == ["made"]

    @pytest.fixture
    def folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setattr(steps, "STAMPS", tmp_path / "stamps")
        return tmp_path

    @pytest.fixture
    def done(self) -> list[str]:
        return []


@pytest.mark.engine_free
class TestMistakesAreToldInOneLine:
    def test_a_port_in_use(self, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = other.getsockname()[1]
            monkeypatch.setenv("PORT", str(port))
            assert dev.main(["run"]) == 1
        said = capfd.readouterr()
        assert said.err.strip().startswith(f"Port {port} cannot be used")
        assert len(said.err.strip().splitlines()) == 1
        assert said.out == ""

    @pytest.mark.parametrize("port", ["eighty", "0", "65536", "-1"])
    def test_a_port_that_is_none(self, port: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
        monkeypatch.setenv("PORT", port)
        assert dev.main(["run"]) == 1
        assert capfd.readouterr().err.strip() == f"PORT must be a number from 1 to 65535, not {port!r}."

    def test_an_old_python(self, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
        monkeypatch.setattr(dev, "OLDEST_PYTHON", (99, 0))
        assert dev.main(["run"]) == 1
        assert "Python 99.0 or newer is needed" in capfd.readouterr().err

    def test_a_python_without_venv(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(environment, "PYTHON", tmp_path / "python")
        monkeypatch.setattr(environment, "STAMPS", tmp_path / "stamps")
        monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
        with pytest.raises(steps.Problem, match="apt-get install python3-venv"):
            environment.make_environment()

    def test_an_unknown_command(self, capfd: pytest.CaptureFixture[str]) -> None:
        assert dev.main(["walk"]) == 2
        assert "There is no command 'walk'" in capfd.readouterr().err


@pytest.mark.engine_free
class TestRandomExamples:
    def test_without_asking_they_are_the_same_in_every_run(self) -> None:
        assert settings.get_current_profile_name() == REPEATABLE
        assert settings.default.derandomize

    def test_exploring_tries_others_and_more_in_the_property_based_tests_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        called: list[tuple[object, ...]] = []
        monkeypatch.setattr(dev, "set_up_everything", lambda *locks: None)
        monkeypatch.setattr(dev, "on_screen", lambda *words, env: called.append(words) or 0)
        assert dev.main(["explore", "-k", "dates"]) == 0
        (words,) = called
        assert words[-6:] == ("-m", "hypothesis", "--hypothesis-profile", EXPLORING, "-k", "dates")
        exploring = settings.get_profile(EXPLORING)
        assert not exploring.derandomize
        assert exploring.max_examples > 10 * settings.default.max_examples


@pytest.mark.engine_free
def test_an_old_python_can_read_the_set_up_far_enough_to_say_so() -> None:
    for path in (steps.ROOT / "dev.py", *(steps.ROOT / "devtools").glob("*.py")):
        ast.parse(path.read_text(), feature_version=(3, 8))


@pytest.mark.engine_free
@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "requirements-build.txt", "package-lock.json"])
def test_a_lock_file_names_no_place(name: str) -> None:
    assert not dev.names_a_host((steps.ROOT / name).read_text())


@pytest.mark.engine_free
@pytest.mark.parametrize("name", ["requirements", "requirements-dev", "requirements-build"])
def test_what_is_asked_for_is_pinned(name: str) -> None:
    lines = [line for line in (steps.ROOT / f"{name}.in").read_text().splitlines() if line and line[0] not in "#-"]
    assert [line for line in lines if not re.fullmatch(r"[a-z0-9-]+(\[[a-z,]+\])?==\S+", line)] == []


@pytest.mark.engine_free
class TestWorldMap:
    def test_every_shape_is_drawn_inside_the_picture(self, world: dict) -> None:
        for shape in world["shapes"]:
            x = y = 0.0
            for command, pairs in re.findall(r"([MLlz])([^MLlz]*)", shape["path"]):
                numbers = [float(number) for number in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", pairs)]
                for step_x, step_y in zip(numbers[::2], numbers[1::2], strict=True):
                    x, y = (step_x, step_y) if command == "M" else (x + step_x, y + step_y)
                    assert -0.1 <= x <= world["width"] + 0.1, shape["name"]
                    assert -0.1 <= y <= world["height"] + 0.1, shape["name"]

    def test_codes_stand_once(self, world: dict) -> None:
        for places in (world["shapes"], world["small"]):
            codes = [place["m49"] for place in places if place["m49"]]
            assert len(codes) == len(set(codes))
            assert [code for code in codes if not re.fullmatch(r"\d{3}|XKX", code)] == []

    def test_small_states_have_a_point(self, world: dict) -> None:
        points = {place["m49"] for place in world["small"]}
        assert {"702", "470", "048", "462", "344", "446", "520", "798", "492", "438", "674"} <= points

    def test_it_is_light(self) -> None:
        assert (environment.VENDOR / "world.json").stat().st_size < 250_000

    @pytest.fixture
    def world(self) -> dict:
        return dict(json.loads((environment.VENDOR / "world.json").read_text()))


@pytest.mark.browser
def test_one_command_serves(tmp_path: Path) -> None:
    """`dev.py run` on an empty database: the address it prints answers, and a signal ends it."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    chosen = {"PORT": str(port), "DATABASE_URL": f"sqlite:///{tmp_path / 'own.sqlite3'}", "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "dev.py", "run"]
    with subprocess.Popen(command, cwd=steps.ROOT, env={**os.environ, **chosen}, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            said = [line := next(process.stdout)]
            while "Ready" not in line:
                said.append(line := next(process.stdout))
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as answer:
                assert answer.status == 200
        finally:
            process.send_signal(signal.SIGTERM)
            process.stdout.read()
    assert process.returncode == 0
    assert said[-1].startswith(f"Ready: http://127.0.0.1:{port}/")
