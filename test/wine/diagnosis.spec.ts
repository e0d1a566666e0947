import { expect, it } from 'vitest';
import { describeSuite, SUBJECTS } from './support/suite';
import { DIAGNOSIS } from './support/subjects';

await describeSuite('diagnosis', DIAGNOSIS);

it('DIAGNOSIS lists existing files', () => {
  expect(SUBJECTS).toEqual(expect.arrayContaining([...DIAGNOSIS]));
});
