"""What every test shares."""

import os
import tempfile
from pathlib import Path

from hypothesis import settings

# Times belong in benchmarks: a first call that reads the food table must not fail a property.
settings.register_profile("mealplan", deadline=None)
settings.load_profile("mealplan")

# The food table that whoever runs the tests has installed is none of their business.
os.environ["MEALPLAN_FOODS"] = str(Path(tempfile.gettempdir()) / "mealplan-tests-install-nothing-here")
