/** What Electron would know of the program from its package. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Name and version of the product in a checkout. */
export function productOf(root: string): { readonly name: string; readonly version: string } {
  const { productName, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly productName: string;
    readonly version: string;
  };
  return { name: productName, version };
}
