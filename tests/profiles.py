"""Which random examples the property-based tests try, and how many.

`repeatable`, the default: the same ones in every run, so that a build says something about the change and nothing else.
`thorough`: more of the same kind, with `make everything`. `sample`: few of them, for the second engine, where the question is
only whether its SQL says the same. `exploring`, asked for with `make explore`: other and many more ones in every run; a failure
is reduced to the least that fails and kept in .hypothesis until it is mended. None watches the clock: a busy machine must not
fail a property.
"""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings

REPEATABLE, THOROUGH, SAMPLE, EXPLORING = "repeatable", "thorough", "sample", "exploring"

_UNTIMED = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}

settings.register_profile(REPEATABLE, settings(derandomize=True, database=None, max_examples=50, **_UNTIMED))
settings.register_profile(THOROUGH, settings(derandomize=True, database=None, max_examples=150, **_UNTIMED))
settings.register_profile(SAMPLE, settings(derandomize=True, database=None, max_examples=20, **_UNTIMED))
settings.register_profile(EXPLORING, settings(max_examples=2000, derandomize=False, print_blob=True, **_UNTIMED))
settings.load_profile(REPEATABLE)  # --hypothesis-profile, read after this, loads another one


def whole_data_sets(share: int) -> settings:
    """For tests of which one example is a whole stored data set: one in `share` of the profile's examples.

    A failure names all that differs. To reduce it takes minutes, which is time well spent only while exploring.
    """
    reduced = {Phase.shrink, Phase.explain} if settings.get_current_profile_name() != EXPLORING else set()
    return settings(
        max_examples=max(1, settings.default.max_examples // share),
        phases=[phase for phase in Phase if phase not in reduced],
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
    )
