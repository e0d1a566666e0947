/** The scenario file: its schema, its reader, and the healthy PC that stands behind what it leaves out. */
export * from './complete';
export { leanScenario } from './lean';
export { MAX_TEXT, tooMany } from './limits';
export * from './parse';
export * from './schema';
export * from './unread';
