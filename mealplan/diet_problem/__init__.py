"""The classic diet problem over any table: the cheapest amounts of foods within limits on their nutrients."""

from mealplan.diet_problem.conflict import Collision, Conflict
from mealplan.diet_problem.diet import Diet, Eaten, Requirement, Status, diet_problem
from mealplan.diet_problem.problem import Limit, Mistake, WrongDietProblem
from mealplan.diet_problem.ranging import Range

__all__ = [
    "Collision",
    "Conflict",
    "Diet",
    "Eaten",
    "Limit",
    "Mistake",
    "Range",
    "Requirement",
    "Status",
    "WrongDietProblem",
    "diet_problem",
]
