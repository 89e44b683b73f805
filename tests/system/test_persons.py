#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: plain
"""Nothing follows, scores or lists persons: no schema, policy attribute, file or verb has a place
for it. Read are the descriptors that protoc makes of proto/*.proto, every key and word of the
policy and its files, the keys of the golden files, and all that the command line offers."""

import glob
import json
import os
import re
import subprocess
import tempfile

from google.protobuf import descriptor_pb2
from harness import ROOT, Bench, expect, programs_dir

# What would say who somebody is, or rank somebody: words that stand in a row within a name.
DENIED = [
    # an id number, an account, a document
    "id number", "identity number", "idnumber", "id card", "idcard", "citizen id", "passport",
    "social security", "account number", "account no", "bank card",
    # a personal phone and other ways to somebody
    "phone", "telephone", "mobile", "cellphone", "email", "wechat", "qq", "imei", "imsi",
    # a plate, a face, a body
    "plate", "license plate", "licence plate", "face", "facial", "iris", "fingerprint", "gait",
    "voiceprint", "biometric",
    # an id of a person, and who somebody is
    "person id", "persons id", "people id", "resident id", "citizen", "petitioner id",
    "petitioner name", "surname", "full name", "birthday", "birth date", "gender", "religion",
    "ethnic", "household id",
    # lists and counts of persons, repeated petitions
    "petitioner list", "petitioners", "person list", "persons list", "blacklist", "watchlist",
    "key persons", "repeat", "repeats", "repeat count", "repeater", "petition count", "visit count",
    # a score
    "risk score", "score", "scores", "risk level", "credit score", "rating", "stability risk",
    "profile", "track", "tracking", "trajectory", "whereabouts",
]  # fmt: skip
DENIED_ZH = [
    "身份证", "证件号", "手机", "个人电话", "车牌", "人脸", "面部", "指纹", "虹膜", "微信",
    "信访人名单", "人员名单", "重点人", "重复信访", "重复次数", "缠访", "积分", "评分", "风险等级",
    "黑名单", "画像", "轨迹",
]  # fmt: skip
# Of a duty post, which is no person; and a title that says no.
ALLOWED = {"duty_phone", "Class of vehicle, no plate"}


def words_of(name):
    """The words of a name: snake_case, kebab-case, camelCase and text."""
    name = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name)
    return [word for word in re.split(r"[^a-z0-9]+", name.lower()) if word]


def faults(names):
    """[(name, what is denied in it)]."""
    found = []
    for name in sorted(set(names) - ALLOWED):
        row = f" {' '.join(words_of(name))} "
        found += [(name, denied) for denied in DENIED if f" {denied} " in row]
        found += [(name, denied) for denied in DENIED_ZH if denied in name]
    return found


def expect_none(where, names):
    names = list(names)
    expect(len(names) > 20, f"{where}: only {len(names)} names were found to look at")
    found = faults(names)
    expect(not found, f"{where}: a place for something about a person: {found}")


def tocsin(*words):
    program = os.path.join(programs_dir("dev"), "tocsin")
    return subprocess.run([program, *words], capture_output=True, text=True, check=True).stdout


def names_of_message(message):
    """Of a message, its fields, what is in it."""
    left = [message]
    while left:
        now = left.pop()
        yield now.name
        yield from (field.name for field in now.field)
        yield from (one.name for one in now.oneof_decl)
        for enum in now.enum_type:
            yield from names_of_enum(enum)
        left += now.nested_type


def names_of_enum(enum):
    yield enum.name
    yield from (value.name for value in enum.value)


def keys_and_words(value):
    """Every key, and every text that is one word, of a JSON document."""
    left = [value]
    while left:
        now = left.pop()
        if isinstance(now, dict):
            yield from now
            left += now.values()
        elif isinstance(now, list):
            left += now
        elif isinstance(now, str):
            yield now


def what_is_denied_is_found(_):
    planted = [
        "person_id", "personId", "idNumber", "id_number", "owner-phone", "license_plate", "face",
        "petitioner_list", "repeat_counter", "repeat_count", "risk_score", "riskScore", "手机号码",
        "信访人名单", "重复信访次数", "风险评分", "--petitioners", "PERSON_ID_UNSPECIFIED",
    ]  # fmt: skip
    for name in planted:
        expect(faults([name]), f"{name} is found")
    for name in ["surface", "template_id", "duty_phone", "birth_position", "risk_assessed", "装配"]:
        expect(not faults([name]), f"{name} is nobody's")


def no_message_field_or_enum_is_about_a_person(_):
    proto = os.path.join(ROOT, "proto")
    files = sorted(os.path.basename(path) for path in glob.glob(os.path.join(proto, "*.proto")))
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "descriptors")
        subprocess.run(["protoc", "-I", proto, f"--descriptor_set_out={out}", *files], check=True)
        with open(out, "rb") as file:
            read = descriptor_pb2.FileDescriptorSet.FromString(file.read())
    names = []
    for file in read.file:
        for message in file.message_type:
            names += names_of_message(message)
        for enum in file.enum_type:
            names += names_of_enum(enum)
    expect({"Event", "learned_ns", "ACT_REPORTED"} <= set(names), "descriptors were read")
    expect_none("proto", names)


def no_attribute_or_word_of_the_policy_is_about_a_person(_):
    folder = os.path.join(ROOT, "policy")
    shown = json.loads(tocsin("policy", "show", folder, "-o", "json"))
    attributes = shown["attributes"]
    names = [row[key] for row in attributes for key in ("id", "title_zh", "title_en")]
    expect_none("attributes", names)
    keys = {name for name in keys_and_words(shown) if re.fullmatch(r"[a-z0-9_.-]+", name)}
    expect_none("policy", keys)
    texts = []
    for path in glob.glob(os.path.join(folder, "*.yaml")):
        with open(path, encoding="utf-8") as file:
            texts += re.findall(r"^[\s{-]*([a-z_]+):", file.read(), re.MULTILINE)
    expect_none("keys of the policy's files", texts)


def no_stored_row_is_about_a_person(_):
    names = []
    for path in glob.glob(os.path.join(ROOT, "proto", "golden", "*.json")):
        names.append(os.path.basename(path))
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        left = [document]
        while left:
            now = left.pop()
            if isinstance(now, dict):
                names += now
                left += now.values()
            elif isinstance(now, list):
                left += now
    expect_none("golden files", names)


def no_verb_or_option_is_about_a_person(_):
    help_text = tocsin("help")
    verbs = re.findall(r"^  (\w+) +.+$", help_text, re.MULTILINE)
    expect({"report", "status", "policy"} <= set(verbs), f"verbs: {verbs}")
    options = []
    for verb in verbs:
        told = tocsin("help", verb)
        options += re.findall(r"--[a-z-]+|\b[A-Z]{2,}\b", told)
    expect_none("verbs and options", verbs + options)


if __name__ == "__main__":
    Bench("persons").run(
        what_is_denied_is_found,
        no_message_field_or_enum_is_about_a_person,
        no_attribute_or_word_of_the_policy_is_about_a_person,
        no_stored_row_is_about_a_person,
        no_verb_or_option_is_about_a_person,
    )
