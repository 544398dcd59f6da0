// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {displayUnit, humanNumber, monthName, percent, signedNumber} from '../source/numbers';

test('units are those of the terminal report', () => {
  assert.deepEqual(displayUnit('FLOP/s', 5.6e19), {one: 1e18, name: 'EFLOP/s'});
  assert.deepEqual(displayUnit('FLOP', 2.87e27), {one: 1, name: 'FLOP'});
  assert.deepEqual(displayUnit('FLOP/s', 2.4e21), {one: 1e18, name: 'EFLOP/s'});
  assert.deepEqual(displayUnit('tokens/s', 7.46e8), {one: 1e6, name: 'M tokens/s'});
  assert.deepEqual(displayUnit('USD', 6.64e9), {one: 1e9, name: 'billion USD'});
  assert.deepEqual(displayUnit('MW', 1640), {one: 1e3, name: 'GW'});
  assert.deepEqual(displayUnit('chips', 182927), {one: 1, name: 'chips'});
  assert.deepEqual(displayUnit('fraction', 0.4), {one: 1, name: ''});
});

test('numbers have three digits or separators', () => {
  assert.equal(humanNumber(55.96), '56.0');
  assert.equal(humanNumber(0.01234), '0.0123');
  assert.equal(humanNumber(182927), '182,927');
  assert.equal(humanNumber(-12.34), '−12.3');
  assert.equal(humanNumber(0), '0');
  assert.equal(humanNumber(12), '12');
  assert.equal(signedNumber(3.67), '+3.67');
});

test('shares are never rounded to all or nothing', () => {
  assert.equal(percent(0.004), '< 1 %');
  assert.equal(percent(0.996), '> 99 %');
  assert.equal(percent(1), '100 %');
  assert.equal(monthName('2027-12'), 'December 2027');
});
