/** Maximum size in bytes of a file read as one document, whether opened, dropped or piped in. */
export const MAX_FILE_BYTES = 16 * 1024 * 1024;
