# SPDX-License-Identifier: Apache-2.0
"""Checks scenarios against scenarios/scenario.schema.json with an independent validator.

Every shipped scenario must be accepted; files with misspelt keys must be refused.
Usage: validate.py SOURCE_DIR. Exit status 77 where python3-jsonschema is not installed.
"""
import datetime
import json
import pathlib
import sys
import tomllib

try:
    import jsonschema
except ImportError:
    print("skipped: python3-jsonschema is not installed")
    sys.exit(77)

REFUSED = [
    "unknown_key",
    "unknown_inner_key",
    "unknown_section",
    "unknown_family",
    "unknown_kind",
    "wrong_parameters",
    "wrong_type",
    "each_misspelt",
    "confidence_misspelt",
    "zero_draws",
    "section_is_no_table",
    "what_if_single_brackets",
]


def without_dates(value):
    """TOML dates as the text that stands in the file: JSON has none."""
    if isinstance(value, dict):
        return {key: without_dates(item) for key, item in value.items()}
    if isinstance(value, list):
        return [without_dates(item) for item in value]
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return value


def complaint(validator, path):
    with open(path, "rb") as file:
        document = without_dates(tomllib.load(file))
    return jsonschema.exceptions.best_match(validator.iter_errors(document))


def main():
    root = pathlib.Path(sys.argv[1])
    schema = json.loads((root / "scenarios/scenario.schema.json").read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    failures = 0
    for path in sorted((root / "scenarios").glob("*.toml")):
        error = complaint(validator, path)
        if error is not None:
            failures += 1
            print(f"{path.relative_to(root)}: refused: {error.json_path}: {error.message}")
    for name in REFUSED:
        path = root / "tests/input_errors" / f"{name}.toml"
        if complaint(validator, path) is None:
            failures += 1
            print(f"{path.relative_to(root)}: accepted")
    print(f"{failures} failures")
    sys.exit(1 if failures else 0)


main()
