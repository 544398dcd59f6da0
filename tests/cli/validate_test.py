# SPDX-License-Identifier: Apache-2.0
"""`tranche validate`: one output row per input row, for arbitrary rows."""

import csv
import io
import json
import statistics
import unittest

from command_line import SOURCE, CommandLineTest, read_csv, tranche

COLUMNS = "id,predicted,measured,unit,error_percent,status,low,high,grade,model,chip,layout"
MEASURED = SOURCE / "scenarios" / "measured"


def validated(*files):
    arguments = [word for file in files for word in ("--cases", file)]
    done = tranche("validate", "--format", "csv", *arguments)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == COLUMNS, done.stdout[:200]
    return list(csv.DictReader(io.StringIO(done.stdout)))


class ShippedCases(CommandLineTest):
    def check(self, name, unit_of, measured_of, least_coverage):
        cases = read_csv(MEASURED / name)
        rows = validated(MEASURED / name)
        self.assertEqual([row["id"] for row in rows], [case["id"] for case in cases])
        for case, row in zip(cases, rows):
            self.assertEqual(row["unit"], unit_of(case))
            self.assertEqual(float(row["measured"]), float(measured_of(case)))
            if row["status"] == "ok":
                error = 100 * (float(row["predicted"]) / float(row["measured"]) - 1)
                self.assertAlmostEqual(float(row["error_percent"]), error, 6)
            else:
                self.assertRegex(row["status"], "^skipped: .+")
                self.assertEqual((row["predicted"], row["error_percent"]), ("", ""))
        share = statistics.mean(row["status"] == "ok" for row in rows)
        self.assertGreaterEqual(share, least_coverage)

    def test_training(self):
        self.check(
            "training_cases.csv",
            lambda case: "tokens/s/GPU",
            lambda case: case["derived_tokens_per_s_per_gpu"],
            0.95,
        )

    def test_inference(self):
        # what needs queueing is skipped
        self.check(
            "inference_cases.csv", lambda case: case["unit"], lambda case: case["value"], 0.80
        )

    def test_memory_bound(self):
        self.check(
            "membound_cases.csv", lambda case: case["unit"], lambda case: case["value"], 0.50
        )

    def test_table_sums_up_by_kind(self):
        done = tranche("validate")
        self.assertEqual(done.returncode, 0, done.stderr)
        for text in [
            "training cases: ",
            "inference cases: ",
            "memory-bound cases: ",
            "mean absolute error",
            "bias",
            "source",
            "chip",
            "precision",
            "family",
            "software",
            "skipped, and why",
            "assumed where the case was blank",
            "ratio of H200-SXM to H100-SXM",
        ]:
            self.assertIn(text, done.stdout)
        self.assertLessEqual(max(len(line) for line in done.stdout.splitlines()), 110)


class Evidence(unittest.TestCase):
    def test_every_prediction_lies_in_its_interval_and_has_a_grade(self):
        for name in ("training_cases.csv", "inference_cases.csv", "membound_cases.csv"):
            for row in validated(MEASURED / name):
                if row["status"] != "ok":
                    self.assertEqual((row["low"], row["high"], row["grade"]), ("", "", ""), row)
                    continue
                low, middle, high = (float(row[key]) for key in ("low", "predicted", "high"))
                self.assertTrue(0 < low < middle < high, row)
                self.assertIn(row["grade"], "ABCD")

    def test_json_says_what_a_prediction_resembles(self):
        done = tranche("validate", "--cases", MEASURED / "training_cases.csv", "--format", "json")
        rows = json.loads(done.stdout)
        self.assertEqual(len(rows), 166)
        self.assertEqual(rows[0]["question"], "training")
        self.assertTrue(rows[0]["nearest"])
        self.assertEqual(rows[0]["trait_chip"], rows[0]["chip"])


class OtherRows(CommandLineTest):
    """Files of the same schema whose rows are blank, wrong or of things unknown."""

    def rewritten(self, name, changes, count=1):
        """The first rows of a shipped file, with one row per change."""
        with (MEASURED / name).open(newline="") as file:
            reader = csv.DictReader(file)
            columns, original = reader.fieldnames, next(reader)
        path = self.folder / name
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            for number, change in enumerate(changes):
                writer.writerow({**original, "id": f"row{number}", **change})
        return validated(path)

    def test_training_rows(self):
        changes = [
            ({}, "ok"),
            ({"chip": "Z900"}, "skipped: unknown chip `Z900`"),
            ({"n_layers": ""}, "skipped: missing n_layers"),
            ({"hidden": "", "n_heads": ""}, "skipped: missing hidden, n_heads"),
            ({"TP": "eight"}, "skipped: TP `eight` is not a number"),
            ({"TP": "0"}, "skipped: TP `0` is out of range"),
            ({"n_gpus": "1e300"}, "skipped: n_gpus `1e300` is out of range"),
            ({"PP": "2.5"}, "skipped: PP `2.5` is not a whole number"),
            ({"TP": "3"}, "skipped: TP x PP x CP"),
            ({"global_batch": "1"}, "skipped: a batch of 1 is smaller"),
            ({"precision": "fp8"}, "skipped: `A100-SXM` has no fp8 rate"),
            ({"precision": "posit"}, "skipped: precision"),
            ({"n_layers": "nan"}, "skipped:"),
            ({"VP": "10000", "PP": "2"}, ""),
            ({"model_name": "never-heard-of"}, "ok"),
            (
                {
                    "derived_tokens_per_s_per_gpu": "",
                    "measured_tokens_per_s_per_gpu": "",
                    "measured_step_time_s": "",
                    "measured_mfu": "",
                },
                "ok",
            ),
            ({"recompute": "", "micro_batch": ""}, "ok"),
            ({"seq_len": "-4"}, "skipped: seq_len"),
            ({"head_dim": "MLA qk999999999999/v1"}, "skipped: head_dim"),
            ({"memory_tb_per_s": "9" * 400}, "skipped: "),
            ({"chip": ""}, "skipped: missing chip"),
            ({"gated_mlp": "yes"}, "skipped: gated_mlp"),
            ({"stack": "slow"}, "skipped: stack `slow`"),
            ({"DP": "16"}, "skipped: TP x PP"),
            (
                {"derived_tokens_per_s_per_gpu": "", "measured_step_time_s": ""},
                "skipped: measured_mfu alone",
            ),
        ]
        rows = self.rewritten("training_cases.csv", [change for change, _ in changes])
        self.assertEqual([row["id"] for row in rows], [f"row{i}" for i in range(len(changes))])
        for (change, status), row in zip(changes, rows):
            with self.subTest(change):
                self.assertTrue(row["status"].startswith(status), row["status"])
                self.assertEqual(row["predicted"] != "", row["status"] == "ok")
        unmeasured = rows[15]
        self.assertEqual((unmeasured["measured"], unmeasured["error_percent"]), ("", ""))

    def test_inference_rows(self):
        changes = [
            ({}, "ok"),
            ({"chip": "Z900"}, "skipped: unknown chip `Z900`"),
            ({"n_layers": ""}, "ok"),
            ({"model_name": "never-heard-of", "n_layers": ""}, "skipped: missing n_layers"),
            ({"n_heads": "many"}, "skipped: n_heads"),
            ({"model_name": "never-heard-of", "n_kv_heads": ""}, "skipped: missing n_kv_heads"),
            ({"model_name": "never-heard-of"}, "ok"),
            ({"weight_precision": ""}, "skipped: "),
            ({"kv_precision": "fp6"}, "skipped: kv_precision `fp6` is not known"),
            ({"TP": "16"}, "skipped: TP x PP"),
            ({"n_experts": "8", "top_k": ""}, "skipped: missing top_k"),
            ({"input_len": "-1"}, "skipped: input_len"),
            ({"input_len": "novels"}, "skipped: "),
            ({"unit": "furlongs"}, "skipped: the unit `furlongs`"),
            ({"value": "fast"}, "skipped: value `fast` is not a number"),
            ({"value": ""}, "ok"),
            ({"batch_or_concurrency": "some"}, "skipped: the batch is not a number"),
            ({"head_dim": "MLA(kv_lora512+rope64)"}, "skipped: head_dim"),
            ({"hidden": "999999999999"}, "skipped: hidden"),
            ({"software": "homebrew 3"}, ""),
            ({"metric": "p99_ttft_ms", "unit": "ms"}, "skipped: the metric `p99_ttft_ms` is"),
            ({"weight_precision": "int4"}, "ok"),
            ({"scenario": "by hand"}, "skipped: the scenario"),
        ]
        rows = self.rewritten("inference_cases.csv", [change for change, _ in changes])
        for (change, status), row in zip(changes, rows):
            with self.subTest(change):
                self.assertTrue(row["status"].startswith(status), row["status"])

    def test_memory_bound_rows(self):
        changes = [
            ({}, "ok"),
            ({"chip": "Z900"}, "skipped: "),
            ({"kernel_app": "juggling"}, "skipped: "),
            # regression: read as a stream of memory, with grade A, 76 times too fast
            (
                {"kernel_app": "nccl-tests all_reduce_perf"},
                "skipped: `nccl-tests all_reduce_perf` measures links",
            ),
            ({"unit": "bushels"}, "skipped: "),
            ({"value": "x"}, "skipped: value `x`"),
            ({"n_gpus": "0"}, "skipped: n_gpus"),
        ]
        rows = self.rewritten("membound_cases.csv", [change for change, _ in changes])
        for (change, status), row in zip(changes, rows):
            with self.subTest(change):
                self.assertTrue(row["status"].startswith(status), row["status"])

    def test_columns_in_another_order_with_others_between_change_nothing(self):
        cases = read_csv(MEASURED / "training_cases.csv")[:5]
        path = self.folder / "mixed.csv"
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, ["weather", *reversed(list(cases[0])), "mood"])
            writer.writeheader()
            writer.writerows({**case, "weather": 'a "b", c'} for case in cases)
        expected = validated(MEASURED / "training_cases.csv")[:5]
        self.assertEqual(validated(path), expected)

    def test_several_files_come_one_after_the_other(self):
        rows = validated(MEASURED / "membound_cases.csv", MEASURED / "training_cases.csv")
        ids = [
            case["id"]
            for name in ["membound_cases.csv", "training_cases.csv"]
            for case in read_csv(MEASURED / name)
        ]
        self.assertEqual([row["id"] for row in rows], ids)


class OwnRows(CommandLineTest):
    """Rows of users: short ones, other names, other units."""

    SERVED = (
        "id,software,chip,n_gpus,TP,model_name,n_layers,hidden,n_heads,ffn_hidden,n_experts,"
        "top_k,notes,source,weight_precision,input_len,output_len,batch_or_concurrency,"
        "scenario,metric,value,unit"
    )

    def served(self, *rows):
        path = self.folder / "own.csv"
        path.write_text("\n".join([self.SERVED, *rows]) + "\n")
        return validated(path)

    def test_a_short_row_of_a_mixture_is_no_dense_model(self):
        rest = "fp8,1024,1024,32,closed loop,output_throughput,1209,tok/s"
        short, full, named = self.served(
            f"a,sglang 0.5.7,H200-SXM,8,8,deepseek-r1,61,7168,128,,,,,,{rest}",
            f"b,sglang 0.5.7,H200-SXM,8,8,deepseek-r1,61,7168,128,2048,256,8,,,{rest}",
            f"c,sglang 0.5.7,NVIDIA H200,8,8,deepseek-ai/DeepSeek-R1-0528,61,7168,128,,,,,,{rest}",
        )
        self.assertEqual(short["predicted"], full["predicted"])
        self.assertEqual(short["predicted"], named["predicted"])

    def test_free_text_changes_no_prediction(self):
        rest = "fp8,1024,1024,32,closed loop,output_throughput,1209,tok/s"
        rows = self.served(
            *(
                f"r{i},sglang 0.5.7,H200-SXM,8,8,deepseek-r1,61,7168,128,,,,{notes},{source},{rest}"
                for i, (notes, source) in enumerate(
                    [("", ""), ("attention-DP", ""), ("100 requests", ""), ("", "MLPerf")]
                )
            )
        )
        self.assertEqual(len({row["predicted"] for row in rows}), 1)

    def test_metrics_are_what_they_are(self):
        start = "vllm 0.12,H100-SXM,2,2,llama-3.1-70b,80,8192,64,,,,,,fp8,1024,512,32,closed loop"
        row = {
            r["id"]: r
            for r in self.served(
                *(
                    f"{name},{start},{name},100,{unit}"
                    for name, unit in [
                        ("mean_ttft_ms", "ms"),
                        ("mean_tpot_ms", "ms"),
                        ("e2el_ms", "ms"),
                        ("output_throughput", "tok/s"),
                        ("total_token_throughput", "tok/s"),
                        ("input_throughput_per_gpu", "tok/s/GPU"),
                        ("p99_ttft_ms", "ms"),
                    ]
                )
            )
        }
        number = {name: float(r["predicted"]) for name, r in row.items() if r["predicted"]}
        # by definition; the last digits are lost in the printed numbers
        self.assertAlmostEqual(
            number["e2el_ms"] / (number["mean_ttft_ms"] + 511 * number["mean_tpot_ms"]), 1, 9
        )
        self.assertAlmostEqual(number["total_token_throughput"] / number["output_throughput"], 3, 9)
        self.assertAlmostEqual(
            number["input_throughput_per_gpu"] / number["output_throughput"], 1024 / 512 / 2, 9
        )
        self.assertNotIn("p99_ttft_ms", number)

    def test_a_chip_as_a_tool_prints_it_is_the_chip(self):
        case = read_csv(MEASURED / "training_cases.csv")[0]
        for name, other in [
            ("H100-SXM", "NVIDIA H100 80GB HBM3"),
            ("A100-SXM", "A100-SXM-80GB"),
            ("A100-SXM", "NVIDIA A100-SXM4-80GB"),
        ]:
            path = self.folder / "training.csv"
            with path.open("w", newline="") as file:
                writer = csv.DictWriter(file, list(case))
                writer.writeheader()
                for chip in [name, other]:
                    writer.writerow({**case, "chip": chip, "software_year": ""})
            first, second = validated(path)
            self.assertEqual(
                (first["predicted"], first["status"]), (second["predicted"], second["status"])
            )

    def test_units_of_babelstream_agree(self):
        path = self.folder / "stream.csv"
        path.write_text(
            "id,kernel_app,chip,problem_size,metric,value,unit\n"
            + "".join(
                f"{unit},BabelStream Triad,H100-NVL,33554432 doubles,bandwidth,{value},{unit}\n"
                for unit, value in [
                    ("GB/s", 3303.8),
                    ("MBytes/sec", 3303800),
                    ("MB/s", 3303800),
                    ("TB/s", 3.3038),
                    ("GiB/s", 3303.8e9 / 2**30),
                ]
            )
        )
        errors = [float(row["error_percent"]) for row in validated(path)]
        self.assertLess(max(errors) - min(errors), 1e-6)

    def test_nothing_predicted_is_an_exit_status(self):
        path = self.folder / "stream.csv"
        path.write_text(
            "id,kernel_app,chip,problem_size,metric,value,unit\n"
            "a,BabelStream Triad,H100-NVL,,bandwidth,3,bushels\n"
        )
        done = tranche("validate", "--format", "csv", "--cases", path)
        self.assertEqual(done.returncode, 1)
        self.assertIn("none of 1 cases could be predicted", done.stderr)
        self.assertIn("the unit `bushels`", done.stderr)
        self.assertEqual(len(done.stdout.splitlines()), 2)  # the row is still there


class WrongFiles(CommandLineTest):
    def test_each_is_refused_with_words(self):
        files = {
            "empty.csv": "",
            "header.csv": "id,kernel_app,chip,problem_size,metric,value,unit\n",
            "other.csv": "name,age\nann,3\n",
            "open.csv": 'id,chip\n"a,b\n',
            "wide.csv": "id,chip\n1,2,3\n",
            "binary.csv": "\x00\x01\x02\n\x03",
        }
        words = {
            "empty.csv": "the table is empty",
            "header.csv": "the file has no cases",
            "other.csv": "for training cases it lacks `id`",
            "open.csv": "not closed",
            "wide.csv": "row has 3 fields",
            "binary.csv": "none of measured cases",
        }
        for name, text in files.items():
            with self.subTest(name):
                (self.folder / name).write_text(text)
                done = tranche("validate", "--cases", self.folder / name)
                self.assert_fails(done, 2, name, words[name], "help:")

    def test_files_of_other_tools_are_named(self):
        files = {
            "vllm.json": ('{"backend": "vllm", "mean_ttft_ms": 3}', "vLLM"),
            "sglang.jsonl": ('{"backend": "sglang", "mean_ttft_ms": 3}', "SGLang"),
            "semicolons.csv": ("id;chip;unit;value\na;b;c;1\n", "`;` between its fields"),
            "sacct.txt": ("JobID|User|State\n1|u|COMPLETED\n", "sacct"),
            "stream.txt": ("BabelStream\nVersion: 5.0\n", "BabelStream"),
        }
        for name, (text, words) in files.items():
            with self.subTest(name):
                (self.folder / name).write_text(text)
                done = tranche("validate", "--cases", self.folder / name)
                self.assert_fails(done, 2, "this looks like", words, "help:")

    def test_folder_and_missing_file(self):
        self.assert_fails(tranche("validate", "--cases", self.folder), 2, "is a folder")
        self.assert_fails(
            tranche("validate", "--cases", self.folder / "none.csv"), 2, "cannot open"
        )
        self.assert_fails(
            tranche("validate", "--format", "xml"), 2, "accepted: `table`, `csv`, `json`"
        )

    def test_all_wrong_files_at_once(self):
        done = tranche("validate", "--cases", self.folder, "--cases", self.folder / "none.csv")
        self.assert_fails(done, 2, "is a folder", "cannot open", "2 errors")


if __name__ == "__main__":
    unittest.main(verbosity=2)
