import { expect, it } from 'vitest';
import { describeSuite, SUBJECTS } from './support/suite';
import { DIAGNOSIS } from './support/subjects';

await describeSuite('diagnosis', DIAGNOSIS);

it('names files that are there', () => {
  expect(SUBJECTS).toEqual(expect.arrayContaining([...DIAGNOSIS]));
});
