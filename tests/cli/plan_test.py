# SPDX-License-Identifier: Apache-2.0
"""tranche plan: the best plans, and questions that have no answer."""

import csv
import io
import json
import re
import unittest

from command_line import CommandLineTest, tranche

COLUMNS = (
    "rank,tensor,pipeline,data,context,expert,micro_batch,virtual_stages,recompute,sharding,"
    "sequence_parallel,step_s,tokens_per_s,tokens_per_s_per_chip,mfu,memory_bytes,"
    "memory_capacity_bytes,compute_s,network_s,bubble_s,optimizer_s,host_s,straggler_s,"
    "lost_by,schedule,micro_batch_slots,micro_batches_filled,mfu_peak_flop_per_s,"
    "attention_projections_s,attention_core_s,mlp_s,logits_s,elementwise_s,"
    "tensor_exposed_s,tensor_hidden_s,expert_exposed_s,expert_hidden_s,context_exposed_s,"
    "context_hidden_s,data_exposed_s,data_hidden_s,pipeline_exposed_s,pipeline_hidden_s,"
    "fill_s,uneven_s,idle_slots_s,weights_bytes,gradients_bytes,optimizer_state_bytes,"
    "activations_bytes,logits_bytes,reserve_bytes,room_bytes,tokens_per_s_per_chip_low,"
    "tokens_per_s_per_chip_high,grade"
)
PARTS = ["compute_s", "network_s", "bubble_s", "optimizer_s", "host_s", "straggler_s"]


WITHIN = {
    "compute_s": [
        "attention_projections_s",
        "attention_core_s",
        "mlp_s",
        "logits_s",
        "elementwise_s",
    ],
    "network_s": [
        "tensor_exposed_s",
        "expert_exposed_s",
        "context_exposed_s",
        "data_exposed_s",
        "pipeline_exposed_s",
    ],
    "bubble_s": ["fill_s", "uneven_s", "idle_slots_s"],
    "memory_bytes": [
        "weights_bytes",
        "gradients_bytes",
        "optimizer_state_bytes",
        "activations_bytes",
        "logits_bytes",
        "reserve_bytes",
    ],
}


def plans(*arguments, status=0):
    done = tranche("plan", *arguments, "--format", "csv")
    assert done.returncode == status, done.stderr
    assert done.stdout.splitlines()[0] == COLUMNS, done.stdout
    return list(csv.DictReader(io.StringIO(done.stdout))), done.stderr


class Plan(CommandLineTest):
    def test_every_plan_uses_all_chips_and_fits(self):
        rows, _ = plans("llama-3.1-405b", "--chip", "H100", "--count", "1024", "--top", "7")
        self.assertEqual([row["rank"] for row in rows], ["1", "2", "3", "4", "5", "6", "7"])
        for row in rows:
            used = 1
            for key in ["tensor", "pipeline", "data", "context"]:
                used *= int(row[key])
            self.assertEqual(used, 1024)
            self.assertLessEqual(float(row["memory_bytes"]), float(row["memory_capacity_bytes"]))
            # the parts are the step: only the rounding of sums is in between
            self.assertAlmostEqual(sum(float(row[p]) for p in PARTS) / float(row["step_s"]), 1, 9)
            for whole, parts in WITHIN.items():
                self.assertAlmostEqual(
                    sum(float(row[p]) for p in parts),
                    float(row[whole]),
                    delta=1e-9 * max(1.0, float(row[whole])),
                )
            self.assertAlmostEqual(float(row["memory_bytes"]) + float(row["room_bytes"]), 80e9, 0)
            # 2048 sequences of 8192 tokens are the default batch
            self.assertAlmostEqual(
                float(row["tokens_per_s"]) * float(row["step_s"]) / 2**24, 1, 9
            )
            self.assertTrue(0.1 < float(row["mfu"]) < 0.7)
        steps = [float(row["step_s"]) for row in rows]
        self.assertEqual(steps, sorted(steps))
        self.assertEqual(rows[0]["lost_by"], "")
        self.assertNotEqual(rows[1]["lost_by"], "")

    def test_more_memory_makes_tensor_parallelism_smaller_and_the_step_shorter(self):
        # as in MLPerf Training v5.0: tensor 8 on H100, 4 on H200, 1.10 times as fast
        job = [
            "llama-3.1-405b",
            "--count",
            "512",
            "--global-batch",
            "256",
            "--precision",
            "fp8",
            "--top",
            "1",
        ]
        (small,), _ = plans(*job, "--chip", "H100")
        (large,), _ = plans(*job, "--chip", "H200")
        self.assertLess(int(large["tensor"]), int(small["tensor"]))
        self.assertLess(float(large["step_s"]), float(small["step_s"]))

    def test_table_says_what_was_searched_assumed_and_lost(self):
        done = tranche("plan", "llama-3.1-70b", "--chip", "H200", "--count", "64")
        self.assertEqual(done.returncode, 0, done.stderr)
        for text in [
            "llama-3.1-70b on 64 x H200-SXM, bf16",
            "plans searched",
            "feasible",
            "assumed: sequences of 8,192 tokens",
            "assumed: global batch of 2,048",
            "schedules: 1F1B, interleaved",
            "MFU of the dense bf16 peak",
            "attention core",
            "experts (EP)",
            "slots without sequences",
            "room left",
            "why the others lost",
            "straggler",
            " of 141 GB",
        ]:
            self.assertIn(text, done.stdout)
        self.assertLessEqual(max(len(line) for line in done.stdout.splitlines()), 100)

    def test_json_has_the_counts_and_the_plans(self):
        done = tranche(
            "plan",
            "llama-3.1-70b",
            "--chip",
            "H200",
            "--count",
            "64",
            "--precision",
            "fp8",
            "--seq-len",
            "4096",
            "--global-batch",
            "512",
            "--format",
            "json",
        )
        answer = json.loads(done.stdout)
        self.assertEqual(
            (
                answer["precision"],
                answer["sequence_length_tokens"],
                answer["global_batch_sequences"],
            ),
            ("fp8", 4096, 512),
        )
        self.assertGreater(answer["plans_searched"], answer["plans_feasible"])
        self.assertEqual(len(answer["plans"]), 5)
        self.assertIsNone(answer["why_empty"])

    def test_a_layout_can_be_fixed(self):
        # the one of Grattafiori et al. 2024, table 4
        rows, _ = plans(
            "llama-3.1-405b",
            "--chip",
            "H100",
            "--count",
            "16384",
            "--tp",
            "8",
            "--pp",
            "16",
            "--dp",
            "128",
            "--cp",
            "1",
            "--ep",
            "1",
            "--micro-batch",
            "1",
            "--recompute",
            "full",
            "--zero",
            "1",
            "--schedule",
            "interleaved",
        )
        self.assertNotEqual(rows, [])
        for row in rows:
            self.assertEqual(
                [
                    row[key]
                    for key in ["tensor", "pipeline", "data", "recompute", "sharding", "schedule"]
                ],
                ["8", "16", "128", "full", "ZeRO-1", "interleaved"],
            )

    def test_a_format_that_the_chip_lacks_is_computed_in_bf16(self):
        job = ["plan", "llama-3.1-70b", "--chip", "A100", "--count", "128", "--top", "1"]
        done = tranche(*job, "--precision", "fp8")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("A100-SXM has no fp8 rate: computed in bf16", done.stdout)
        self.assertIn("MFU of the dense bf16 peak", done.stdout)
        self.assertIn("128 x A100-SXM, bf16", tranche(*job, "--precision", "best").stdout)

    def test_best_is_the_fastest_of_the_chip(self):
        done = tranche(
            "plan", "llama-3.1-8b", "--chip", "H100", "--count", "8", "--precision", "best"
        )
        self.assertIn("8 x H100-SXM, fp8", done.stdout)

    def test_a_mixture_of_experts_is_spread_over_expert_ranks(self):
        rows, _ = plans("deepseek-v3", "--chip", "H100", "--count", "1024", "--top", "1")
        self.assertGreater(int(rows[0]["expert"]), 1)


class NoPlan(CommandLineTest):
    def test_says_how_many_gigabytes_are_missing(self):
        # 405e9 parameters x 16 bytes and more do not go into 8 x 80 GB
        done = tranche("plan", "llama-3.1-405b", "--chip", "H100", "--count", "8")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertRegex(done.stdout, r"nothing fits: [\s\S]*needs\s[\d.]+ GB on a chip of 80 GB")
        self.assertRegex(" ".join(done.stdout.split()), r"[\d.]+ GB too much; it fits on 128 chips")
        rows, words = plans("llama-3.1-405b", "--chip", "H100", "--count", "8", status=1)
        self.assertEqual(rows, [])
        self.assertIn("nothing fits", words)
        done = tranche(
            "plan", "llama-3.1-405b", "--chip", "H100", "--count", "8", "--format", "json"
        )
        self.assertGreater(json.loads(done.stdout)["missing_bytes"], 100e9)

    def test_a_count_that_no_plan_can_use_names_one_that_has_a_plan(self):
        done = tranche("plan", "llama-3.1-405b", "--chip", "H100", "--count", "16381")  # a prime
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("no plan can use 16,381 chips", done.stdout)
        self.assertIn(
            "the mean of 128 layers (embedding and loss counted as two)",
            " ".join(done.stdout.split()),
        )
        named = re.search(r"; ([\d,]+) chips have a plan", " ".join(done.stdout.split()))
        rows, _ = plans(
            "llama-3.1-405b", "--chip", "H100", "--count", named.group(1).replace(",", "")
        )
        self.assertNotEqual(rows, [])

    def test_a_batch_smaller_than_the_pipeline_is_explained(self):
        done = tranche(
            "plan", "llama-3.1-405b", "--chip", "H100", "--count", "16384", "--global-batch", "1"
        )
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("a batch of 1 sequence:", done.stdout)
        self.assertRegex(" ".join(done.stdout.split()), r"a batch of \d+ has a plan")


class WrongQuestions(CommandLineTest):
    def refused(self, *arguments):
        done = tranche("plan", *arguments)
        self.assert_fails(done, 2, "error:", "help:")
        return done.stderr

    def test_unknown_names_come_with_the_nearest_all_at_once(self):
        words = self.refused("llama-3.1-405", "--chip", "H10O", "--count", "8")
        self.assertIn("unknown model `llama-3.1-405`", words)
        self.assertIn("did you mean `llama-3.1-405b`", words)
        self.assertIn("unknown chip `H10O`", words)
        self.assertIn("2 errors", words)

    def test_a_layout_that_cannot_be_is_refused_with_every_reason(self):
        words = self.refused(
            "deepseek-v3",
            "--chip",
            "H800",
            "--count",
            "2048",
            "--tp",
            "3",
            "--pp",
            "62",
            "--ep",
            "48",
        )
        for text in [
            "`--tp 3` does not divide 128 heads",
            "`--pp 62` is more stages",
            "`--ep 48` does not divide 256 experts",
            "does not divide 2,048 chips",
            "4 errors",
        ]:
            self.assertIn(text, words)

    def test_words_of_a_layout_that_are_none(self):
        for arguments, text in [
            (["--recompute", "some"], "`none`, `selective`, `full`"),
            (["--zero", "4"], "`0`, `1`, `2`, `3`"),
            (["--schedule", "gpipe"], "`zero-bubble`, `dualpipe` or `all`"),
            (["--tp", "0"], "--tp 0"),
        ]:
            with self.subTest(text):
                self.assertIn(
                    text, self.refused("llama-3.1-8b", "--chip", "H100", "--count", "8", *arguments)
                )

    def test_numbers_that_are_none(self):
        for arguments, text in [
            (["--count", "0"], "--count 0"),
            (["--count", "-8"], "--count -8"),
            (["--count", "1.5"], "--count 1.5"),
            (["--count", "many"], "--count many"),
            (["--count", "1e15"], "--count"),
            (["--count", "8", "--top", "0"], "--top 0"),
            (["--count", "8", "--seq-len", "0"], "--seq-len 0"),
            (["--count", "8", "--global-batch", "x"], "--global-batch x"),
            (["--count", "8", "--precision", "bf17"], "unknown precision `bf17`"),
            (["--count", "8", "--format", "xml"], "unknown format `xml`"),
        ]:
            with self.subTest(text):
                self.assertIn(text, self.refused("llama-3.1-8b", "--chip", "H100", *arguments))

    def test_what_is_required(self):
        self.assert_fails(tranche("plan", "llama-3.1-8b"), 2, "--chip", "see `tranche plan --help`")


if __name__ == "__main__":
    unittest.main(verbosity=2)
