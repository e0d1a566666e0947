/** Files of suite/ that take half of the time. tools.spec.ts runs the others. */
export const DIAGNOSIS: readonly string[] = ['diagnose', 'firewall', 'code-page-437', 'runner'];
