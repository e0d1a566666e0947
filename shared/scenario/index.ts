/** The scenario file: its schema, its parser, and the healthy PC that provides its defaults. */
export * from './complete';
export { leanScenario } from './lean';
export { MAX_TEXT, findExcessEntries } from './limits';
export * from './parse';
export * from './path';
export * from './schema';
export * from './unread';
