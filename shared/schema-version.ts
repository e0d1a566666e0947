/** Names and versions of the documents that this program writes. */
import { isObject } from './look-up';

/** The schema that a document says it has; empty where it says none. */
export function schemaOf(json: unknown): string {
  const schema = isObject(json) ? json['schema'] : undefined;
  return typeof schema === 'string' ? schema : '';
}

/** Whether a document's `schema` is that of a report or scenario of a later version than any that is read here. */
export const isNewerSchema = (schema: string): boolean =>
  /^kms-doctor\/(?:report|scenario)@(?:[2-9]|[1-9]\d+)$/.test(schema);
