import { expect, it } from 'vitest';
import { similarWord } from '@shared/similar-word';

const KNOWN = ['flush', 'clock', 'clocks', 'firewall', 'diagnose'];

it.each([
  ['clokc', 'clock'],
  ['clok', 'clock'],
  ['clcok', 'clock'],
  ['clockk', 'clock'],
  ['firewal', 'firewall'],
  ['frewal', null],
  ['firwal', null],
  ['firwalll', 'firewall'],
  ['diganoze', 'diagnose'],
  ['fluhs', 'flush'],
  // A short word is one typo away from too many others.
  ['flu', null],
  ['zebra', null],
])('nearWord corrects %s to %s', (typed, meant) => {
  expect(similarWord(typed, KNOWN)).toBe(meant);
});
