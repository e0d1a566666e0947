/**
 * Loaded before the built main bundle (`node --import`): makes `import 'electron'` give the stand-in, and
 * `process.argv` look as Electron has it.
 */
import { register } from 'node:module';
import { surroundings } from './half';

const standIn = new URL('./electron.mjs', import.meta.url).href;
const hook = `export async function resolve(specifier, context, next) {
  return specifier === 'electron'
    ? { url: ${JSON.stringify(standIn)}, shortCircuit: true }
    : next(specifier, context);
}`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);

// Electron: the program file, the folder it was given unless it is packaged, then the arguments.
process.argv.splice(1, 1, ...(surroundings.packaged ? [] : [surroundings.appPath]));
