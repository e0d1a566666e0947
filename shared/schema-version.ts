/** Names and versions of the documents that this app writes. */
import { isObject } from './look-up';

/** Returns the schema that a document declares; empty if it declares none. */
export function schemaOf(json: unknown): string {
  const schema = isObject(json) ? json['schema'] : undefined;
  return typeof schema === 'string' ? schema : '';
}

/** Whether a document's `schema` belongs to a later report or scenario version than this app can read. */
export const isNewerSchema = (schema: string): boolean =>
  /^kms-doctor\/(?:report|scenario)@(?:[2-9]|[1-9]\d+)$/.test(schema);
