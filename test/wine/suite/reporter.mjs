/**
 * @typedef {object} Told what Node's runner tells of a test
 * @property {string} name
 * @property {number} nesting
 * @property {string} [file]
 * @property {unknown} [skip]
 * @property {{ type?: string, duration_ms?: number, error?: Error }} [details]
 */

/**
 * Reports every test as a line of JSON, for the tests outside to show as their own.
 *
 * @param {AsyncIterable<{ type: string, data: Told }>} source
 */
export default async function* reporter(source) {
  /** @type {string[]} the suites that are open */
  const open = [];
  for await (const { type, data } of source) {
    if (type === 'test:start') open.splice(data.nesting, open.length, data.name);
    if ((type !== 'test:pass' && type !== 'test:fail') || data.details?.type === 'suite') continue;
    yield `${JSON.stringify({
      name: [...open.slice(0, data.nesting), data.name].join(' '),
      file: data.file,
      passed: type === 'test:pass',
      skipped: data.skip !== undefined,
      ms: Math.round(data.details?.duration_ms ?? 0),
      error: inWords(data.details?.error),
    })}\n`;
  }
}

/** @param {Error | undefined} error what was thrown stands in what the runner made of it */
function inWords(error) {
  if (error === undefined) return null;
  const thrown = error.cause instanceof Error ? error.cause : error;
  return thrown.stack ?? thrown.message;
}
