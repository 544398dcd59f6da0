# SPDX-License-Identifier: Apache-2.0
"""Files of the deployed folder: names, atomic writing and checksums."""
import hashlib
import os

MANIFEST = "manifest.json"  # manifest of `prepare`; present if the folder is complete


def write_whole(path, text):
    """Replaces a file atomically."""
    with open(path + ".tmp", "w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".tmp", path)


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def is_prepared(travel):
    """Returns True if a folder has the output of `prepare`."""
    return os.path.isfile(os.path.join(travel, MANIFEST))
