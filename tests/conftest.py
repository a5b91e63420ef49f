"""What every test shares."""

from hypothesis import settings

# Times belong in benchmarks: a first call that reads the food table must not fail a property.
settings.register_profile("mealplan", deadline=None)
settings.load_profile("mealplan")
