/**
 * Loaded before the built main bundle (`node --import`): makes `import 'electron'` resolve to the stand-in, and gives
 * `process.argv` the same layout as in Electron.
 */
import { register } from 'node:module';
import { root } from '../../bundle.mjs';
import { environment } from './half';

const standIn = new URL('./electron.mjs', import.meta.url).href;
const hook = `export async function resolve(specifier, context, next) {
  return specifier === 'electron'
    ? { url: ${JSON.stringify(standIn)}, shortCircuit: true }
    : next(specifier, context);
}`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);

// In Electron: the executable, then the app folder unless packaged, then the arguments.
process.argv.splice(1, 1, ...(environment.packaged ? [] : [root]));
