"""Fits the coefficients of the inference model to measured cases.

The model is the C++ one (tools/fit/inference_fit.cpp built as a shared library), so
nothing is written twice. One set of coefficients per chip generation and software
generation; priors hold those that the data say little about.
"""
import argparse
import collections
import csv
import ctypes
import math

import numpy as np
from scipy.optimize import least_squares


class Model:
    def __init__(self, library, cases):
        self.lib = ctypes.CDLL(library)
        self.count = self.lib.load_cases(cases.encode())
        self.rows = list(csv.DictReader(open(cases)))
        assert len(self.rows) == self.count
        self.names, values = [], []
        for i in range(self.lib.coefficient_count()):
            name, value = ctypes.create_string_buffer(200), ctypes.c_double()
            self.lib.coefficient(i, name, 200, ctypes.byref(value))
            self.names.append(name.value.decode())
            values.append(value.value)
        self.defaults = np.array(values)
        self.info = []
        for i in range(self.count):
            text = ctypes.create_string_buffer(500)
            self.lib.describe(i, text, 500)
            self.info.append(text.value.decode().split('\t'))
        self.measured = np.array([float(r['value']) for r in self.rows])

    def predict(self, values, wanted=None):
        out = np.zeros(self.count)
        values = np.ascontiguousarray(values, dtype=float)
        if wanted is None:
            wanted = np.ones(self.count, dtype=np.uint8)
        wanted = np.ascontiguousarray(wanted, dtype=np.uint8)
        self.lib.predict_all(values.ctypes.data_as(ctypes.c_void_p),
                             wanted.ctypes.data_as(ctypes.c_void_p),
                             out.ctypes.data_as(ctypes.c_void_p))
        return out


def metric_of(row):
    m = row['metric']
    if 'ttft' in m or 'first_token' in m:
        return 'ttft_static' if 'latency' in row['scenario'] else 'ttft_loaded'
    if 'tpot' in m or 'inter_token' in m:
        return 'tpot'
    return 'throughput'


def report(model, pred, keys, order=None):
    groups = collections.OrderedDict()
    for i, r in enumerate(model.rows):
        if model.info[i][3]:
            continue
        groups.setdefault(tuple(k(i, r) for k in keys), []).append(i)
    for g in sorted(groups):
        idx = groups[g]
        p, m = pred[idx], model.measured[idx]
        ok = p > 0
        rel = (p[ok] / m[ok] - 1)
        print(f"{' | '.join(g):95s} n={len(idx):4d} MAE={np.mean(np.abs(rel))*100:6.1f} "
              f"med={np.median(np.abs(rel))*100:6.1f} bias={np.mean(rel)*100:+6.1f} zero={np.sum(~ok)}")


def pairs(model, pred, verbose=False):
    key = lambda r: tuple(r[c] for c in ('source', 'software', 'n_gpus', 'TP', 'PP', 'DP', 'EP', 'model_name',
                                         'weight_precision', 'input_len', 'output_len', 'batch_or_concurrency',
                                         'scenario', 'metric', 'unit'))
    by = collections.defaultdict(dict)
    for i, r in enumerate(model.rows):
        if not model.info[i][3] and pred[i] > 0 and r['chip'] in ('H100-SXM', 'H200-SXM') and r['TP']:
            by[key(r)].setdefault(r['chip'], []).append(i)
    out = collections.defaultdict(list)
    for k, d in by.items():
        if len(d) == 2:
            m = np.median([model.measured[i] for i in d['H200-SXM']]) / np.median([model.measured[i] for i in d['H100-SXM']])
            p = pred[d['H200-SXM'][0]] / pred[d['H100-SXM'][0]]
            kind = metric_of(model.rows[d['H100-SXM'][0]])
            out[kind].append((abs(p / m - 1), m, p, k))
    for kind, v in out.items():
        e = np.array([x[0] for x in v])
        print(f"pairs {kind}: n={len(e)} mean={e.mean()*100:.1f}% median={np.median(e)*100:.1f}% p90={np.quantile(e,.9)*100:.1f}%")
    e = np.array([x[0] for k, v in out.items() if k != 'ttft_loaded' for x in v])
    print(f"pairs all but loaded ttft: n={len(e)} mean={e.mean()*100:.2f}% p90={np.quantile(e,.9)*100:.1f}%")
    return out


# Coefficients that are fitted, with the spread of the prior in natural logarithm.
CHIP_FREE = {
    'matrix_efficiency_16bit': 0.12, 'matrix_efficiency_8bit': 0.15, 'matrix_efficiency_4bit': 0.3,
    'memory_efficiency': 0.04, 'kernel_latency_s': 0.4, 'attention_efficiency_16bit': 0.25,
    'attention_efficiency_8bit': 0.25, 'kv_efficiency': 0.04, 'kv_latency_s': 0.5, 'custom_reduce_s': 0.5,
    'custom_reduce_per_peer_s': 0.5, 'ring_reduce_s': 0.15, 'ring_reduce_per_chip_s': 0.2,
    'link_efficiency': 0.1, 'widened_weights_per_s': 1.0,
    'joule_per_flop_16bit': 0.3, 'joule_per_flop_8bit': 0.3, 'joule_per_byte': 0.3}
SOFTWARE_FREE = {
    'step_s': 1.0, 'layer_s': 0.7, 'sequence_s': 1.5, 'prompt_s': 1.0, 'host_step_s': 0.7,
    'host_sequence_s': 0.7, 'kernel_efficiency': 0.12, 'kv_efficiency': 0.2, 'attention_efficiency': 0.3,
    'expert_efficiency': 0.4, 'expert_streaming': 0.07, 'routing_skew': 0.2, 'vector_attention_efficiency': 0.4, 'reserve_bytes': 0.8, 'prefill_step_s': 1.0, 'queue_share': 0.8}
BOUNDED_BY_ONE = ('efficiency',)


def weights_of(model, targets):
    groups = collections.Counter()
    keys = []
    for i, r in enumerate(model.rows):
        k = (r['source'][:12], model.info[i][1], r['model_name'], metric_of(r), model.info[i][2])
        keys.append(k)
        groups[k] += 1
    w = np.zeros(model.count)
    for i, r in enumerate(model.rows):
        if model.info[i][3]:
            continue
        tier = {'A': 1.0, 'B': 0.8, 'C': 0.1}.get(r['tier'], 0.5)
        kind = {'ttft_loaded': 0.25, 'ttft_static': 0.7}.get(metric_of(r), 1.0)
        w[i] = tier * kind / groups[keys[i]] ** 0.5
    return w


def impossible_groups(model):
    """Groups (source, software, model) with a row whose recorded plan cannot hold the model:
    their plans are not what ran, so no row of them is used for fitting."""
    pred = model.predict(model.defaults)
    key = lambda r: (r['source'], r['software'], r['model_name'])
    bad = {key(r) for i, r in enumerate(model.rows) if not model.info[i][3] and r['TP'] and pred[i] <= 0}
    return np.array([0.0 if key(r) in bad else 1.0 for r in model.rows])


def fit(model, start, wanted, pair_weight=1.0, rounds=1, verbose=True):
    used = set()
    for i in np.nonzero(wanted)[0]:
        used.add(model.info[i][1])
        used.add(model.info[i][2])
    free, sigma = [], []
    for j, n in enumerate(model.names):
        _, generation, name = n.split('.')
        table = CHIP_FREE if n.startswith('chip.') else SOFTWARE_FREE
        if generation in used and name in table:
            free.append(j)
            sigma.append(table[name])
    free, sigma = np.array(free), np.array(sigma)
    prior = model.defaults[free].copy()
    w = weights_of(model, None) * wanted * impossible_groups(model)
    idx = np.nonzero(w)[0]
    log_measured = np.log(model.measured[idx])
    mask = np.zeros(model.count, dtype=np.uint8)
    mask[idx] = 1
    key = lambda r: tuple(r[c] for c in ('source', 'software', 'n_gpus', 'TP', 'PP', 'DP', 'EP', 'model_name',
                                         'weight_precision', 'input_len', 'output_len', 'batch_or_concurrency',
                                         'scenario', 'metric', 'unit'))
    by = collections.defaultdict(dict)
    for i in idx:
        r = model.rows[i]
        if r['chip'] in ('H100-SXM', 'H200-SXM') and r['TP'] and metric_of(r) != 'ttft_loaded':
            by[key(r)][r['chip']] = i
    pair = np.array([(d['H200-SXM'], d['H100-SXM']) for d in by.values() if len(d) == 2]).reshape(-1, 2)
    pw = np.sqrt(w[pair[:, 0]] * w[pair[:, 1]]) * pair_weight

    def residuals(x):
        values = model.values.copy()
        v = prior * np.exp(np.clip(x, -6, 6) * sigma)
        values[free] = v
        pred = model.predict(values, mask)
        logs = np.where(pred > 0, np.log(np.maximum(pred, 1e-9)), np.log(model.measured))
        a = w[idx] * np.clip(logs[idx] - log_measured, -1.5, 1.5) / 0.10
        lm = np.log(model.measured)
        b = pw * np.clip((logs[pair[:, 0]] - logs[pair[:, 1]]) - (lm[pair[:, 0]] - lm[pair[:, 1]]), -1, 1) / 0.035
        bound = np.array([max(0.0, v[k] - 1.0) * 50 if 'efficiency' in model.names[free[k]] and model.names[free[k]].startswith('chip') else 0.0
                          for k in range(len(free))])
        return np.nan_to_num(np.concatenate([a, b, 0.35 * x, bound]), nan=1e3, posinf=1e3, neginf=-1e3)

    model.values = start.copy()
    x0 = np.log(start[free] / prior) / sigma
    def jacobian(x):
        base = residuals(x)
        columns = []
        for k in range(len(x)):
            y = x.copy()
            y[k] += 2e-3
            columns.append((residuals(y) - base) / 2e-3)
        return np.array(columns).T

    sol = least_squares(residuals, x0, jac=jacobian, loss='soft_l1', f_scale=1.0, max_nfev=rounds, method='trf')
    out = start.copy()
    out[free] = prior * np.exp(np.clip(sol.x, -6, 6) * sigma)
    if verbose:
        print('cost', sol.cost, 'nfev', sol.nfev, 'free', len(free))
    return out


def save(model, values, path):
    with open(path, 'w') as f:
        for n, v in zip(model.names, values):
            f.write(f'{n} {v!r}\n'.replace('np.float64(', '').replace(')', ''))


def load(model, path):
    values = model.defaults.copy()
    at = {n: i for i, n in enumerate(model.names)}
    for line in open(path):
        n, v = line.split()
        if n in at:
            values[at[n]] = float(v)
    return values
