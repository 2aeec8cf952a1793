"""What every test may ask for; the fixtures stand in the modules named here."""

import gc

import pytest

gc.disable()  # until all is collected: of what is imported and collected nothing is garbage


def pytest_collection_finish(session: pytest.Session) -> None:
    """What collecting has made stays to the end; to look through it for garbage again and again takes an eighth of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What belongs to the other engine is left out. What drives a browser comes first: at the end one long test would keep a worker
    busy while the other has nothing left."""
    engine = config.getoption("--engine")
    others = [item for item in items if any(engine not in mark.args for mark in item.iter_markers("only"))]
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in others]
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)


# what they assert is shown with its values, as in the tests themselves
pytest.register_assert_rewrite("tests.pages", "tests.forms", "tests.tracker.administration.backups")
pytest_plugins = ["tests.profiles", "tests.templates", "tests.engines", "tests.browser", "tests.app"]
