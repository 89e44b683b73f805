#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: once_plain
# ctest-timeout: 120
# ctest-cost: 6
"""A placement by the verbs that people type: months, a late proof with its second organ, a claim
that breaks a rule and the early warning of it, and what is shown of it. Step by step over its
twelve months it is a test of the fold (tests/unit/core/test_fold_placement.c)."""

from harness import Bench, expect, json_lines

OFFICE = "office_qinglong"
BUREAUS = ["district_desk", "hr_bureau", "industry_park"]
REFUSED, NOTHING = 7, 3


def act(district, matter, bureau, what, attributes, *words, good=(0,)):
    seat = ("--office", OFFICE) if bureau == OFFICE else ("--bureau", bureau)
    return district.run("act", matter, what, *seat, "--wait", "--attribute", attributes, *words,
                        good=good)


def months(district, matter):
    told = district.json("placement", matter, "--dir", district.folder)
    return told, {row["month"]: row["state"] for row in told["months"]}


def breaches(district, bureau):
    watch = ["watch", "--bureau", bureau, "--once", "-o", "ndjson"]
    rows = json_lines(district.run(*watch, good=(0, NOTHING)).stdout)
    return [row["alert"]["breaches"] for row in rows
            if row.get("kind") == "item" and row["alert"]["reason"] == "breach"]


def a_placement_goes_its_way(bench):
    with bench.district(offices=1, bureaus=BUREAUS) as district:
        entered = district.json(
            "report", "--office", OFFICE, "--domain", "employment_placement", "--concerns",
            "nobody", "--wait", "--attribute", "firm_id=F-17,start_month=202101", "--text", "x")
        matter = entered["matter"]
        act(district, matter, OFFICE, "claimed", "claim=worker,amount_fen=200000")
        for bureau in ("hr_bureau", "district_desk"):
            found = breaches(district, bureau)
            expect(found == [["incomplete"]], f"{bureau} is warned: {found}")
        proof = "month=202105,evidence=payroll"
        act(district, matter, "industry_park", "submitted", proof)
        act(district, matter, "industry_park", "approved", proof, "--post", "duty_officer",
            good=(REFUSED,))
        act(district, matter, "hr_bureau", "approved", proof, "--post", "duty_officer")
        told, states = months(district, matter)
        expect(states[202105] == "late" and states[202104] != "late", f"one month: {states}")
        asked = {row["claim"]: (row["state"], row["fen"]) for row in told["claims"]}
        expect(asked["worker"] == ("asked", 200000), f"the claim: {asked}")
        printed = district.run("placement", matter, "--dir", district.folder).stdout
        expect("202105" in printed and "补证通过" in printed, printed)
        counted = district.run("placement", "--dir", district.folder).stdout
        row = next(line for line in counted.splitlines() if line.startswith("enterprise_placement"))
        expect(row.split()[1:] == ["<5"] * 6, f"no small number is told: {row}")


if __name__ == "__main__":
    Bench("placement").run(a_placement_goes_its_way)
