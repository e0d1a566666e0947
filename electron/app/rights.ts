/** With which rights the program runs, and how it gets more. */

/** Rights of this process. */
export interface Rights {
  /** Whether it holds administrator rights. */
  readonly elevated: boolean;
  /** Starts the program anew with administrator rights; false when that was refused or is not possible here. */
  readonly restartElevated: () => Promise<boolean>;
}

/** Reads the rights. Only Windows has the kind that fixes need. */
export async function readRights(): Promise<Rights> {
  return { elevated: false, restartElevated: async () => false };
}
