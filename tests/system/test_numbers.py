#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: once_plain
# ctest-cost: 1
"""The numbers of the district's article, held against each other and against the shipped programs:
checks C1 to C15. All in whole fen or whole things, with no rounding. What the article gives as
nearly or more than is held within bounds and never as equal; what it leaves open is printed. The
numbers are those of tests/data/article-numbers.csv, which names their source."""

import csv
import os

from harness import ROOT, Bench, Skip, expect

NUMBERS = os.path.join(ROOT, "tests", "data", "article-numbers.csv")
SHARED = os.path.join(os.path.dirname(os.path.abspath(ROOT)), "shared")
SOURCE = os.path.join(SHARED, "domain", "seed-numbers.csv")
FEN = 100


def rows_of(path):
    """The lines of a table, without what is said above it."""
    with open(path, encoding="utf-8", newline="") as file:
        return [line for line in file.read().splitlines() if not line.startswith("#")]


def numbers():
    rows = csv.DictReader(rows_of(NUMBERS), delimiter="|")
    return {row["key"]: int(row["value"]) for row in rows}


def programs():
    """Amounts of policy/programs.yaml, of which each stands in a line of its own."""
    found = {}
    with open(os.path.join(ROOT, "policy", "programs.yaml"), encoding="utf-8") as file:
        for line in file:
            key, _, value = line.strip().removeprefix("- ").partition(": ")
            if key == "id":
                found[value] = {}
            elif found and value.isdigit():
                found[list(found)[-1]][key] = int(value)
    return found


def exact(name, left, right):
    expect(left == right, f"{name}: {left}, not {right}")


def within(name, value, low, high):
    expect(low <= value <= high, f"{name}: {value} is not from {low} to {high}")


def the_copied_numbers_are_those_of_their_source(bench):
    if not os.path.exists(SOURCE):
        raise Skip("the list that they were copied from does not lie beside this source tree")
    ours, theirs = rows_of(NUMBERS), rows_of(SOURCE)
    expect(len(ours) > 30 and len(set(ours)) == len(ours), f"each once: {len(ours)}")
    expect(ours == [line for line in theirs if line in set(ours)],
           f"not in {SOURCE}, or in another order: {set(ours) - set(theirs)}")


def what_is_exact_is_equal(bench):
    n = numbers()
    exact("C1 posts of road keepers", n["road_length"], n["road_posts"] * n["road_km_per_post"])
    post = n["road_km_per_post"] * n["road_wage"] * FEN
    exact("C2 pay of a post", post, 580 * FEN)
    month = n["road_length"] * n["road_wage"] * FEN
    exact("C2 pay of all, by posts", n["road_posts"] * post, month)
    exact("C2 a month", month, 120_060 * FEN)
    exact("C2 a year", month * 12, 1_440_720 * FEN)
    exact("C3 cleaners a year", n["cleaner_jobs"] * n["cleaner_wage"] * FEN * 12, 6_000_000 * FEN)
    both = n["employ_subsidy_person"] + n["employ_subsidy_village"]
    exact("C8 of one placement", both, 2500)
    exact("C8 the village's share", n["employ_subsidy_village"] * 5, both)
    tangyue = n["tangyue_city"] + n["tangyue_district"] + n["tangyue_township"]
    exact("C9 pilots", tangyue, n["tangyue_total"])
    exact("C9 pilots of cooperatives", n["coop_pilots"], n["tangyue_total"])
    exact("C10 model villages", n["model_guifan"] + n["model_shifan"] + n["model_dianfan"], 20)
    exact("C11 venues", n["venue_new"] + n["venue_rebuild"] + n["venue_improve"], 88)
    exact("C12 donation of a village", n["donation"] * FEN, n["donation_villages"] * 81_560 * FEN)


def what_is_nearly_is_within_bounds(bench):
    n = numbers()
    river = n["river_jobs"] * n["river_wage"] * 12
    within("C4 river keepers a year, at least", river, 600_000, 10**9)
    fewest = -(-n["river_jobs"] // n["river_per_village_max"])
    exact("C4 fewest villages for just so many posts", fewest, 34)
    within("C4 villages", fewest, 1, n["river_jobs"] // n["river_per_village_min"])
    roads = n["road_length"] * n["road_wage"] * 12
    cleaners = n["cleaner_jobs"] * n["cleaner_wage"] * 12
    within("C5 pay of public posts a year, at least", roads + cleaners + river, 8_040_720, 10**9)
    for who in ("cleaner", "river"):
        within(f"C6 people a post, {who}", n[f"{who}_people"] * 100 // n[f"{who}_jobs"], 380, 400)
    within("C6 people a post, road", n["road_people"] * 100 // n["road_posts"], 380, 400)
    posts = n["cleaner_jobs"] + n["road_posts"] + n["river_jobs"]
    people = n["cleaner_people"] + n["road_people"] + n["river_people"]
    within("C7 posts, at least", posts, 1307, 10**6)
    share = people * 100 // n["poor_people_exit"]
    within("C7 lifted by posts, of the year's target", share, 1, 99)
    within("C11 of one venue, about", n["venue_investment"] // 88, 560_000, 580_000)
    groups = n["cleaner_jobs"] // n["cleaner_per_group"]
    within("C13 pay of group leaders, about", groups * n["group_leader_pay"], 190_000, 210_000)
    households = n["greenhouses"] // n["greenhouse_per_household"]
    people_a_village = n["poor_people_exit"] // n["poor_villages_exit"]
    a_year = n["poor_people_exit"]
    return (f"not identities: C14 {households} greenhouses beside {a_year} people of a year; "
            f"C15 {people_a_village} people an exiting village")


def the_shipped_programs_pay_what_the_article_says(bench):
    n, p = numbers(), programs()
    exact("cleaner", p["village_cleaner"]["monthly_fen"], n["cleaner_wage"] * FEN)
    exact("road, of a km", p["road_keeper"]["monthly_fen"], n["road_wage"] * FEN)
    exact("road of a post", p["road_keeper"]["metres_max"], n["road_km_per_post"] * 1000)
    exact("river", p["river_keeper"]["monthly_fen"], n["river_wage"] * FEN)
    firm = p["enterprise_placement"]
    exact("months", firm["months"], n["employ_months"])
    exact("worker", firm["worker_fen"], n["employ_subsidy_person"] * FEN)
    exact("village", firm["village_fen"], n["employ_subsidy_village"] * FEN)


if __name__ == "__main__":
    Bench("numbers").run(
        the_copied_numbers_are_those_of_their_source,
        what_is_exact_is_equal,
        what_is_nearly_is_within_bounds,
        the_shipped_programs_pay_what_the_article_says,
    )
