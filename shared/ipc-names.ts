/**
 * The channel names of `ipc.ts` without its schemas. The preload must be one small file, and these lists are all it
 * needs. A missing or extra name is a type error.
 */
import type { EventName, RequestName } from './ipc';

const every =
  <Name extends string>() =>
  <const List extends readonly Name[]>(
    list: [Exclude<Name, List[number]>] extends [never] ? List : never,
  ): List =>
    list;

/** Names of all requests. */
export const REQUEST_NAMES = every<RequestName>()([
  'app:info',
  'app:set-language',
  'app:set-settings',
  'app:this-pc',
  'app:open-log',
  'app:restart-elevated',
  'run:start',
  'run:stop',
  'fix:form',
  'fix:plan',
  'fix:apply',
  'treatment:plan',
  'treatment:apply',
  'treatment:stop',
  'treatment:undo',
  'journal:list',
  'journal:undo',
  'report:ticket',
  'report:save',
  'file:open',
  'file:dropped',
  'facts:open',
  'facts:line',
  'fleet:open',
  'fleet:dropped',
  'fleet:stop',
  'fleet:close',
  'fleet:view',
  'fleet:rows',
  'fleet:computer',
  'fleet:copy',
  'fleet:save-page',
  'case:list',
  'case:open',
  'search:find',
  'text:copy',
  'text:save',
  'file:show-saved',
  'link:open',
]);

/** Names of all events. */
export const EVENT_NAMES = every<EventName>()([
  'run:event',
  'app:words',
  'fix:progress',
  'treatment:progress',
  'fleet:progress',
  'app:command',
  'app:changed',
]);

/** Property name of the bridge on `window`. */
export const BRIDGE_NAME = 'kmsDoctor';
