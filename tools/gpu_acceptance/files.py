# SPDX-License-Identifier: Apache-2.0
"""Files: their names in the folder that travels, written whole, and their checksums."""
import hashlib
import os

MANIFEST = "manifest.json"  # what `prepare` put together; there when it is complete


def write_whole(path, text):
    """Replaces a file: a reader or a power cut never meets half of it."""
    with open(path + ".tmp", "w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".tmp", path)


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def is_prepared(travel):
    """Whether a folder holds what `prepare` puts together."""
    return os.path.isfile(os.path.join(travel, MANIFEST))
