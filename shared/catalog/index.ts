export * from './checks';
export * from './fixes';
export * from './procedures';
export * from './verdicts';
