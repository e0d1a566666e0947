/** What Electron would read from package.json. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Returns the name and version of the product in a checkout. */
export function productOf(root: string): { readonly name: string; readonly version: string } {
  const { productName, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly productName: string;
    readonly version: string;
  };
  return { name: productName, version };
}
