/** Where our files are that programs of Windows read: PowerShell's scripts and those of the regedit package. */
import { fileURLToPath } from 'node:url';

/** Those places. */
export interface ShippedFiles {
  /** The folder of our own PowerShell scripts. */
  readonly scripts: string;
  /** The folder of the regedit package's scripts; null where the package finds them itself. */
  readonly regeditScripts: string | null;
  /**
   * The folder of the regedit package; null where it is looked for as any other. Node looks for packages in every
   * folder up to the root of the drive, where users can make one: the installed program names the only place.
   */
  readonly regeditPackage: string | null;
}

/**
 * Finds them.
 *
 * In the packed program they stand beside its archive `app.asar`, which no other program can look into
 * (build/electron-builder.mjs puts them there); `kms-doctor.exe` counts as a file of that archive. In the
 * checkout the build lays `resources` beside the bundles `cli` and `main`.
 *
 * @param bundle URL of the bundle that runs
 */
export function shippedFiles(bundle: string): ShippedFiles {
  const packed = /^(.*)\/app\.asar\//.exec(bundle)?.[1];
  if (packed === undefined) {
    return {
      scripts: fileURLToPath(new URL('../resources', bundle)),
      regeditScripts: null,
      regeditPackage: null,
    };
  }
  return {
    scripts: fileURLToPath(`${packed}/scripts`),
    regeditScripts: fileURLToPath(`${packed}/regedit/vbs`),
    regeditPackage: fileURLToPath(`${packed}/app.asar/node_modules/regedit`),
  };
}
