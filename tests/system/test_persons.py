#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: plain
"""Nothing follows, scores or lists persons: no schema, policy attribute, file or verb has a place
for it. Read are the descriptors that protoc makes of proto/*.proto, every key and word of the
policy and its files, the keys of the golden files and of what programs read and write as JSON, the
nouns that the log's state is made of, and all that the command line offers. Each reader is shown a
planted word of each kind and must find it."""

import glob
import json
import os
import re
import shutil
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
    # what a board would be gamed by
    "petitions", "petition total", "complaint count", "streak", "days since", "ranking",
    "ranked", "leaderboard", "percentage",
    "profile", "track", "tracking", "trajectory", "whereabouts",
]  # fmt: skip
DENIED_ZH = [
    "身份证", "证件号", "手机", "个人电话", "车牌", "人脸", "面部", "指纹", "虹膜", "微信",
    "信访人名单", "人员名单", "重点人", "重复信访", "重复次数", "缠访", "积分", "评分", "风险等级",
    "黑名单", "画像", "轨迹", "信访件数", "信访量", "连续无", "排名", "达标率",
]  # fmt: skip
# A title that says no.
ALLOWED = {"Class of vehicle, no plate"}
# A draft that was entered already, by its retry key, and how many of a file's lines were.
SAID = {"is_repeat", "repeats"}
# What the requirement names, as somebody would call a field of it.
NAMED = ["id_number", "personal_phone", "license_plate", "face_print", "person_id",
         "petitioner_list", "repeat_counter", "risk_score"]  # fmt: skip


# One and several of it.
FORMS = [(denied, re.compile(f" {denied}(s|es)? ")) for denied in DENIED]


def words_of(name):
    """The words of a name: snake_case, kebab-case, camelCase and text."""
    name = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name)
    return [word for word in re.split(r"[^a-z0-9]+", name.lower()) if word]


def faults(names):
    """[(name, what is denied in it)]."""
    found = []
    for name in sorted(set(names) - ALLOWED):
        row = f" {' '.join(words_of(name))} "
        row = re.sub(r" duty phones? ", " ", row)  # of a post, which is no person
        found += [(name, denied) for denied, form in FORMS if form.search(row)]
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
    for denied in DENIED:
        words = denied.split()
        forms = ["_".join(words), "-".join(words), "_".join(words).upper(), f"the_{words[0]}_" +
                 "_".join(words[1:]) if words[1:] else f"old_{denied}", "_".join(words) + "s",
                 words[0] + "".join(word.capitalize() for word in words[1:]), "--" + denied,
                 "".join(word.capitalize() for word in words)]  # fmt: skip
        missed = [form for form in forms if not faults([form])]
        expect(not missed, f"{denied} is found in {missed}")
    for denied in DENIED_ZH:
        expect(faults([f"有{denied}号"]), f"{denied} is found")
    missed = [name for name in [*NAMED, "riskScore", "idNumbers", "手机号码"] if not faults([name])]
    expect(not missed, f"{missed} are found")
    for name in ["surface", "template_id", "duty_phone", "birth_position", "risk_assessed", "装配"]:
        expect(not faults([name]), f"{name} is nobody's")
    return f"{len(DENIED) + len(DENIED_ZH)} words"


def expect_found(where, read):
    """`read` gives the names of a copy in which a name was planted; each of NAMED is found."""
    expect(not faults(read("innocent")), f"{where} that is nobody's")
    for name in NAMED:
        expect(faults(read(name)), f"{name}, planted in {where}")


def names_of_proto(folder):
    files = sorted(os.path.basename(path) for path in glob.glob(os.path.join(folder, "*.proto")))
    with tempfile.TemporaryDirectory() as made:
        out = os.path.join(made, "descriptors")
        subprocess.run(["protoc", "-I", folder, f"--descriptor_set_out={out}", *files], check=True)
        with open(out, "rb") as file:
            read = descriptor_pb2.FileDescriptorSet.FromString(file.read())
    names = list(files)
    for file in read.file:
        for message in file.message_type:
            names += names_of_message(message)
        for enum in file.enum_type:
            names += names_of_enum(enum)
    return names


def no_message_field_or_enum_is_about_a_person(_):
    names = names_of_proto(os.path.join(ROOT, "proto"))
    expect({"Event", "learned_ns", "ACT_REPORTED"} <= set(names), "descriptors were read")
    expect_none("proto", names)

    def planted(name):
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "a.proto"), "w", encoding="utf-8") as file:
                file.write('syntax = "proto3"; message A { message B '
                           f"{{ string {name} = 1; }} }}")  # fmt: skip
            return names_of_proto(folder)

    expect_found("a message within a message", planted)


def names_of_policy(folder):
    """Attributes, keys and words of the compiled policy, and the keys of its files."""
    shown = json.loads(tocsin("policy", "show", folder, "-o", "json"))
    names = {row[key] for row in shown["attributes"] for key in ("id", "title_zh", "title_en")}
    names |= {name for name in keys_and_words(shown) if re.fullmatch(r"[a-z0-9_.-]+", name)}
    for path in glob.glob(os.path.join(folder, "*.yaml")):
        names.add(os.path.basename(path))
        with open(path, encoding="utf-8") as file:
            names |= set(re.findall(r"^[\s{-]*([a-z_]+):", file.read(), re.MULTILINE))
    return names


def no_attribute_or_word_of_the_policy_is_about_a_person(_):
    folder = os.path.join(ROOT, "policy")
    expect_none("policy", names_of_policy(folder))

    def planted(name):
        """Where the compiler let it pass, what it shows; its refusal names the word."""
        with tempfile.TemporaryDirectory() as copy:
            shutil.copytree(folder, copy, dirs_exist_ok=True)
            with open(os.path.join(copy, "attributes.yaml"), "a", encoding="utf-8") as file:
                file.write(f'  - {{id: {name}, kind: text, title_zh: "某", title_en: "Some"}}\n')
            with open(os.path.join(copy, "domains.yaml"), "r+", encoding="utf-8") as file:
                text = file.read().replace("attributes: [", f"attributes: [{name}, ", 1)
                file.seek(0)
                file.write(text)
            program = os.path.join(programs_dir("dev"), "tocsin")
            check = subprocess.run([program, "policy", "check", copy], capture_output=True,
                                   text=True, check=False)  # fmt: skip
            if "expected nothing" in check.stderr and ".id:" in check.stderr:
                return [name]
            expect(check.returncode == 0 and name == "innocent", f"{name} is declared: {check}")
            return names_of_policy(copy)

    expect_found("an attribute", planted)


def names_of_json(paths):
    """Every key and word of JSON files, and their names."""
    for path in paths:
        yield os.path.basename(path)
        with open(path, encoding="utf-8") as file:
            yield from (name for name in keys_and_words(json.load(file)) if " " not in name)


def no_stored_row_is_about_a_person(_):
    paths = glob.glob(os.path.join(ROOT, "proto", "golden", "*.json"))
    expect_none("golden files", names_of_json(paths))

    def planted(name):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "a.json")
            with open(path, "w", encoding="utf-8") as file:
                json.dump({"frames": [{"fields": [{name: 1}]}]}, file)
            return list(names_of_json([path]))

    expect_found("a key of a row", planted)


def names_of_code(texts):
    """Words in quotes, members and types of C sources: what is written as JSON, and the nouns."""
    for text in texts:
        code = re.sub(r"/\*.*?\*/", " ", text, flags=re.DOTALL)
        yield from re.findall(r'"([a-z_]+)"', code)
        code = re.sub(r'"[^"\n]*"', " ", code)
        yield from re.findall(r"\b([a-z]\w+)(?:\[\w+\])*;", code)
        yield from re.findall(r"\b(TCN_[A-Z_]+)\b", code)


def no_noun_or_key_of_json_is_about_a_person(_):
    texts = []
    for pattern in ("lib/model/*.h", "lib/json/*.c", "lib/store/*.h", "cli/*.c", "include/*.h"):
        for path in glob.glob(os.path.join(ROOT, pattern)):
            with open(path, encoding="utf-8") as file:
                texts.append(file.read())
    names = set(names_of_code(texts))
    expect({"learned_ns", "slip", "TCN_ACT_REPORTED"} <= names, "sources were read")
    expect_none("nouns and keys", names - SAID)
    expect_found("a struct", lambda name: list(names_of_code([f"struct a {{ int {name}; }};"])))
    expect_found("a key", lambda name: list(names_of_code([f'add(writer, "{name}", 1);'])))


def names_of_help(texts):
    """Verbs below a verb, options and what they take."""
    for text in texts:
        yield from re.findall(r"--[a-z-]+|\b[A-Z]{2,}\b", text)
        yield from re.findall(r"[a-z][a-z-]+", text.partition("\n")[0])


def no_verb_or_option_is_about_a_person(_):
    verbs = re.findall(r"^  (\w+) +.+$", tocsin("help"), re.MULTILINE)
    expect({"report", "status", "policy"} <= set(verbs), f"verbs: {verbs}")
    expect_none("verbs and options", [*verbs, *names_of_help(tocsin("help", v) for v in verbs)])
    expect_found("an option", lambda name: list(
        names_of_help([f"usage: tocsin a\n      --{name.replace('_', '-')} N  some\n"])))


if __name__ == "__main__":
    Bench("persons").run(
        what_is_denied_is_found,
        no_message_field_or_enum_is_about_a_person,
        no_attribute_or_word_of_the_policy_is_about_a_person,
        no_stored_row_is_about_a_person,
        no_noun_or_key_of_json_is_about_a_person,
        no_verb_or_option_is_about_a_person,
    )
