"""What a food diary covers, what is not known of it, and what would add most."""

from mealplan import Eater, Person, assess_diary

diary = """
Monday
Breakfast
2 slices whole-wheat bread
1 cup orange juice
Lunch
150 g cooked lentils
1 banana
Dinner
200 g pasta, cooked
1 tbsp olive oil
"""
report = assess_diary(diary, Eater(person=Person(sex="female", age=34), diets=("vegetarian",)))

print(f"{report.read.certain} of {report.read.lines} lines read with certainty, {report.read.unknown} unknown")
for row in report.nutrients[:6]:
    most = "unknown" if row.mean_most is None else f"{row.mean_most:.1f}"
    print(f"{row.nutrient}: at least {row.mean:.1f}, at most {most}, of {row.target:.1f} {row.unit} ({row.status})")
for gap in report.gaps[:2]:
    print(f"most {gap.nutrient} in a serving: {', '.join(food.name for food in gap.foods_by_serving[:3])}")
