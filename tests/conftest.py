"""What all tests share: shape annotations are checked, chance is fixed."""

from hypothesis import HealthCheck, settings
from jaxtyping import install_import_hook

# From here on every annotated function of the package checks its shapes when it is called.
install_import_hook("signlift", "typechecking.checked")

settings.register_profile(
    "signlift", deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("signlift")
