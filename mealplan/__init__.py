"""Plan a week of real meals that cover the nutrients a person is short of."""
