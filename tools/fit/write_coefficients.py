"""Writes scenarios/catalogue/inference_coefficients.toml from fitted values."""
import collections

import numpy as np

HEADER = '''# Measured coefficients of the inference model (kernels/performance/inference_coefficients.hpp says what
# each one is). Fitted by tools/fit/fit_inference.py to scenarios/measured/inference_cases.csv:
# one set per chip generation and per generation of serving software, none per case, model or
# source. Priors from kernel tables (scenarios/measured/kernel_efficiency.csv) hold what the
# cases say little about. `fit_error` is that of the fit to all cases; cross-validated errors
# are in docs/methods/inference.md.
'''


def number(value):
    text = f'{value:.6g}'
    return text if any(c in text for c in '.e') else text + '.0'


def write(model, values, predicted, path):
    rows = collections.defaultdict(list)
    for i, r in enumerate(model.rows):
        if model.info[i][3] or predicted[i] <= 0 or ('ttft' in r['metric'] and 'latency' not in r['scenario']):
            continue
        error = abs(predicted[i] / model.measured[i] - 1)
        rows['software.' + model.info[i][1]].append(error)
        rows['chip.' + model.info[i][2]].append(error)
    tables = collections.OrderedDict()
    for name, value in zip(model.names, values):
        group, generation, coefficient = name.split('.')
        tables.setdefault(f'{group}.{generation}', []).append((coefficient, value))
    with open(path, 'w') as out:
        out.write(HEADER)
        for table, entries in tables.items():
            out.write(f'\n[{table}]\n')
            for coefficient, value in entries:
                out.write(f'{coefficient} = {number(value)}\n')
            errors = rows.get(table, [])
            out.write('source = "fit to scenarios/measured/inference_cases.csv; sources of the cases in its `source` column"\n')
            if errors:
                out.write(f'fit_error = "median {100 * np.median(errors):.1f} %, mean {100 * np.mean(errors):.1f} % over '
                          f'{len(errors)} throughputs and times per token"\n')
            else:
                out.write('fit_error = "no case; priors only"\n')
