import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { shippedFiles } from '../../../../electron/computer/windows/shipped-files';

const url = (...parts: readonly string[]): string =>
  pathToFileURL(path.join(path.sep, ...parts)).href;

describe('the files that programs of Windows read', () => {
  it('stand beside the archive of the packed program, whatever the depth of the bundle', () => {
    const place = ['Program Files', 'KMS Doctor', 'resources'];
    for (const bundle of ['main/main.js', 'cli/cli.js', 'main/chunk-ABC.js']) {
      expect(shippedFiles(url(...place, 'app.asar', 'dist', bundle))).toEqual({
        scripts: path.join(path.sep, ...place, 'scripts'),
        regeditScripts: path.join(path.sep, ...place, 'regedit', 'vbs'),
        regeditPackage: path.join(path.sep, ...place, 'app.asar', 'node_modules', 'regedit'),
      });
    }
  });

  it('are where the build laid them in the checkout, and regedit knows its own', () => {
    expect(shippedFiles(url('checkout', 'dist', 'cli', 'cli.js'))).toEqual({
      scripts: path.join(path.sep, 'checkout', 'dist', 'resources'),
      regeditScripts: null,
      regeditPackage: null,
    });
  });
});
