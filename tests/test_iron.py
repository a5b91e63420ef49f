"""Absorption of iron follows the published classes."""

import numpy as np
import pytest

from mealplan.iron import absorbed_iron_mg, heme_share, nonheme_share, nonheme_share_in_diets

# Monsen et al. 1978: share of non-heme iron absorbed at low, medium (EF 25) and high availability.
LOW_AND_HIGH = {0: (0.05, 0.20), 250: (0.04, 0.12), 500: (0.03, 0.08), 1000: (0.02, 0.04)}


@pytest.mark.parametrize(("stores", "classes"), LOW_AND_HIGH.items())
def test_nothing_enhancing_gives_the_low_class_and_75_or_more_the_high(stores, classes):
    assert nonheme_share([0, 75, 500], stores) == pytest.approx([classes[0], classes[1], classes[1]], abs=1e-12)


def test_the_medium_class_lies_at_an_enhancing_factor_of_25():
    assert float(nonheme_share(25, 500)) == pytest.approx(0.04993, abs=1e-5)  # 3 + 8.9347 ln 1.25 = 4.9937 %
    assert float(nonheme_share(25, 0)) == pytest.approx(0.10981, abs=1e-5)  # 5 + 26.8041 ln 1.25 = 10.9812 %


def test_a_chicken_dinner_worked_by_hand():
    # 0.88 mg iron in 3 oz chicken, 40 % heme; 2.46 mg in the rest; 77.83 mg vitamin C, so EF is past 75.
    heme = 0.4 * 0.88  # 0.352
    nonheme = 0.6 * 0.88 + 2.46  # 2.988
    # stores 500 mg: 0.23 x 0.352 + 0.08 x 2.988 = 0.08096 + 0.23904
    assert float(absorbed_iron_mg(nonheme, heme, 77.83, 85.0, 500)) == pytest.approx(0.3200, abs=1e-4)


def test_meat_and_vitamin_c_add_up():
    assert nonheme_share(30 + 20, 0) == pytest.approx(nonheme_share(50, 0))
    both = absorbed_iron_mg([5.0], [0.0], [30.0], [20.0])
    assert both == pytest.approx(5.0 * nonheme_share([50.0]))


def test_more_vitamin_c_never_lowers_absorption():
    shares = nonheme_share(np.linspace(0, 100, 201))
    assert np.all(np.diff(shares) >= 0)


@pytest.mark.parametrize("meal", [(-1, 0, 0, 0), (1, -1, 0, 0), (1, 0, -1, 0), (1, 0, 0, -1)])
def test_negative_amounts_are_refused(meal):
    with pytest.raises(ValueError, match="negative"):
        absorbed_iron_mg(*meal)


def test_only_published_stores_are_known():
    with pytest.raises(ValueError, match="0, 250, 500, 1000"):
        nonheme_share(10, 300)


@pytest.mark.parametrize(("ferritin", "percent"), [(15, 14.42), (100, 3.76)])
def test_the_second_model_is_near_the_published_means_of_usual_meals(ferritin, percent):
    # A third of a usual US day: 4 mg non-heme iron, 30 mg vitamin C, 50 g meat, 300 mg calcium, 250 mg phytate.
    # ln A = 6.294 - 0.709 ln 15 + 0.119 ln 30 + 0.006 ln 50.1 - 0.055 ln 0.1 - 0.247 ln 250 - 0.137 ln 300
    #        - 0.083 ln 4 = 2.669, A = 14.4 %; Armah et al. 2015 report about 14.5 % and 3.7 %.
    share = nonheme_share_in_diets(4, 30, 50, calcium_mg=300, phytate_mg=250, tea_cups=0, ferritin_ug_l=ferritin)
    assert 100 * share == pytest.approx(percent, abs=0.01)


def test_the_second_model_knows_what_holds_iron_back():
    usual = {"calcium_mg": 200, "phytate_mg": 100, "tea_cups": 0, "ferritin_ug_l": 30}
    share = nonheme_share_in_diets(4, 30, 0, **usual)
    for more in ({"calcium_mg": 600}, {"phytate_mg": 600}, {"tea_cups": 1}, {"ferritin_ug_l": 60}):
        assert nonheme_share_in_diets(4, 30, 0, **(usual | more)) < share
    assert nonheme_share_in_diets(4, 90, 0, **usual) > share


def test_the_second_model_never_runs_away():
    bare = nonheme_share_in_diets(0, 0, 0, calcium_mg=0, phytate_mg=0, tea_cups=0, ferritin_ug_l=1)
    assert bare == heme_share(0)
    with pytest.raises(ValueError, match="negative"):
        nonheme_share_in_diets(1, -1, 0, calcium_mg=0, phytate_mg=0, tea_cups=0, ferritin_ug_l=15)
