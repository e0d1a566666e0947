import { describeSuite, SUBJECTS } from './support/suite';
import { DIAGNOSIS } from './support/subjects';

await describeSuite(
  'tools',
  SUBJECTS.filter((name) => !DIAGNOSIS.includes(name)),
);
