"""Recipes as others write them: pages, plain text, Cooklang, and the exports of Mealie and Tandoor.

Each module reads one format into :class:`~mealplan.recipes.recipe.Recipe`; ``sources`` tells which it is.
"""
