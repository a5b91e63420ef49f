"""FoodData Central over the network: its API and its releases. Nothing else of `foods` opens a socket."""

from foods.fdc.api import Fetched, FoodDataCentral, KeyRefused, OverLimit, read_key
from foods.fdc.download import RELEASES, fetch_release
from foods.fdc.food import ApiFood, StrangeAnswer, to_table
from foods.fdc.network import Patience, Refused, Unreachable

__all__ = [
    "RELEASES",
    "ApiFood",
    "Fetched",
    "FoodDataCentral",
    "KeyRefused",
    "OverLimit",
    "Patience",
    "Refused",
    "StrangeAnswer",
    "Unreachable",
    "fetch_release",
    "read_key",
    "to_table",
]
