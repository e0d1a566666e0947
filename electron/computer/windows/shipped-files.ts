/** Paths of our files that Windows programs read: our PowerShell scripts and the scripts of the regedit package. */
import { fileURLToPath } from 'node:url';

/** The paths of these files. */
export interface ShippedFiles {
  /** Folder of our own PowerShell scripts. */
  readonly scripts: string;
  /** Folder of the regedit package's scripts; null if the package finds them itself. */
  readonly regeditScripts: string | null;
  /**
   * Folder of the regedit package; null if it's resolved like any other package. Node looks for packages in every
   * folder up to the root of the drive, where users can create one, so the installed program specifies the folder.
   */
  readonly regeditPackage: string | null;
}

/**
 * Finds the files.
 *
 * In the packaged program they're next to its archive `app.asar`, which other programs can't read
 * (build/electron-builder.mjs puts them there); `kms-doctor.exe` counts as a file in that archive. In the checkout, the
 * build puts `resources` next to the bundles `cli` and `main`.
 *
 * @param bundle URL of the running bundle
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
