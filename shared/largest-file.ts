/** Largest file that is read as one document, in bytes, however it gets to the program: opened, dropped or piped in. */
export const LARGEST_FILE = 16 * 1024 * 1024;
