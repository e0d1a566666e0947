import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { shippedFiles } from '../../../../electron/computer/windows/shipped-files';

const url = (...parts: readonly string[]): string =>
  pathToFileURL(path.join(path.sep, ...parts)).href;

describe('shippedFiles', () => {
  it('finds the scripts next to app.asar in the packaged app, whatever the depth of the bundle', () => {
    const place = ['Program Files', 'KMS Doctor', 'resources'];
    for (const bundle of ['main/main.js', 'cli/cli.js', 'main/chunk-ABC.js']) {
      expect(shippedFiles(url(...place, 'app.asar', 'dist', bundle))).toEqual({
        scripts: path.join(path.sep, ...place, 'scripts'),
        regeditScripts: path.join(path.sep, ...place, 'regedit', 'vbs'),
        regeditPackage: path.join(path.sep, ...place, 'app.asar', 'node_modules', 'regedit'),
      });
    }
  });

  it('finds the scripts in the build output of a checkout, where regedit locates its own', () => {
    expect(shippedFiles(url('checkout', 'dist', 'cli', 'cli.js'))).toEqual({
      scripts: path.join(path.sep, 'checkout', 'dist', 'resources'),
      regeditScripts: null,
      regeditPackage: null,
    });
  });
});
