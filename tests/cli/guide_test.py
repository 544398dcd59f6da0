# SPDX-License-Identifier: Apache-2.0
"""The commands of docs/use/guide.md print what the guide shows."""

import unittest

from command_line import SOURCE, CommandLineTest
from shown_output import check


class Guide(CommandLineTest):
    def test_commands_print_what_is_shown(self):
        check(self, SOURCE / "docs" / "use" / "guide.md", least=5)


if __name__ == "__main__":
    unittest.main(verbosity=2)
