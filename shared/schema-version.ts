/** Versions of the documents that this program writes. */

/** Whether a document's `schema` is that of a report or scenario of a later version than any that is read here. */
export const isNewerSchema = (schema: string): boolean =>
  /^kms-doctor\/(?:report|scenario)@(?:[2-9]|[1-9]\d+)$/.test(schema);
