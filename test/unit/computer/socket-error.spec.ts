import { expect, it } from 'vitest';
import { socketFailure } from '../../../electron/computer/socket-error';

it.each([
  ['ECONNREFUSED', 'closed'],
  ['ETIMEDOUT', 'filtered'],
  ['EHOSTUNREACH', 'no-route'],
  ['ENETUNREACH', 'no-route'],
  ['EADDRNOTAVAIL', 'no-route'],
  ['EAFNOSUPPORT', 'no-route'],
  ['EINVAL', 'no-address'],
  ['ENOTFOUND', 'no-address'],
  ['EMFILE', 'not-tried'],
  ['ENOBUFS', 'not-tried'],
])('socketFailure maps %s to %s', (code, failure) => {
  expect(socketFailure(Object.assign(new Error(code), { code }))).toBe(failure);
});
