# SPDX-License-Identifier: Apache-2.0
"""The commands of README.md that stand in ```console blocks print what it shows."""

import unittest

from command_line import SOURCE, CommandLineTest
from shown_output import check


class Readme(CommandLineTest):
    def test_commands_print_what_is_shown(self):
        check(self, SOURCE / "README.md", least=6)


if __name__ == "__main__":
    unittest.main(verbosity=2)
