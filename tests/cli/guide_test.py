"""The commands of docs/use/guide.md run, with fewer draws."""

import re
import shlex
import unittest

from command_line import SOURCE, CommandLineTest, tranche

COMMAND = re.compile(r"^\$ build/tranche (.*)$", re.MULTILINE)


class Guide(CommandLineTest):
    def test_commands_run(self):
        commands = COMMAND.findall((SOURCE / "docs" / "use" / "guide.md").read_text())
        self.assertGreater(len(commands), 4)
        for command in commands:
            with self.subTest(command=command):
                arguments = [str(SOURCE / word) if word.startswith("scenarios/") else word
                             for word in shlex.split(command)]
                if "--draws" in arguments:  # ours below instead
                    at = arguments.index("--draws")
                    del arguments[at:at + 2]
                done = tranche(*arguments, "--draws", 1000, "--out", self.folder / "out")
                self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
