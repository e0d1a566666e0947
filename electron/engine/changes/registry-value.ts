import { isDeepStrictEqual } from 'node:util';
import type { Message } from '@shared/message';
import { z } from 'zod';
import {
  isRegistryKey,
  REGISTRY_VALUES,
  type RegistryLocation,
  type RegistryValue,
  type RegistryValueName,
} from '../registry-keys';
import { storedChange, changeText, defineChange } from './change';
import { system32 } from './commands';
import { pasteableValue } from './pasteable';

/** A registry value as JSON; null if it doesn't exist. */
type RegistryState = RegistryValue | null;

const show = (value: RegistryState): Message =>
  value === null
    ? { key: 'changes.registry-value.absent' }
    : {
        key: 'changes.registry-value.value',
        params: {
          type: value.type,
          value: typeof value.value === 'object' ? value.value.join('; ') : String(value.value),
        },
      };

/** Formats data for `reg add`: list entries are separated by `\0`. */
const data = ({ value }: RegistryValue): string =>
  `"${[value].flat().map(pasteableValue).join('\\0')}"`;

/** Schema of a registry value, or null, with the limits of its data. */
const valueSchema = (
  number: z.ZodType<number>,
  text: z.ZodType<string>,
  list: z.ZodType<string[]>,
) =>
  z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('REG_DWORD'), value: number }),
      z.strictObject({ type: z.enum(['REG_SZ', 'REG_EXPAND_SZ']), value: text }),
      z.strictObject({ type: z.literal('REG_MULTI_SZ'), value: list.readonly() }),
    ])
    .nullable();

/** Writes or deletes one value under the volume activation key. */
export const registryValue = defineChange({
  schema: storedChange('registry-value', {
    location: z.strictObject({
      key: z.custom<RegistryLocation['key']>((key) => isRegistryKey(String(key))),
      name: z.enum(Object.keys(REGISTRY_VALUES) as RegistryValueName[]),
    }),
    /** Null deletes the value. */
    value: valueSchema(z.int().min(0).max(0xffff_ffff), changeText, z.array(changeText).max(1024)),
  }),
  stateSchema: valueSchema(z.number(), z.string(), z.array(z.string())),
  slot: ({ location: { key, name } }) => `registry:${key}\\${name}`,
  readState: (facts, { location }) => facts.registryAt(location),
  apply: (computer, { location, value }, _, signal) =>
    computer.setRegistryValue(location, value, signal),
  isDone: (state, { value }) => isDeepStrictEqual(state, value),
  inverse: (change, before) => ({ ...change, value: before }),
  leaves: ({ value }) => (value === null ? 'cleared' : 'setting'),
  title: ({ location: { name }, value }) => ({
    key: value === null ? 'changes.registry-value.title-delete' : 'changes.registry-value.title',
    params: { name },
  }),
  manualSteps: ({ location: { key, name }, value }) => [
    value === null
      ? system32('reg.exe', `delete "${key}" /v ${name} /f`)
      : system32('reg.exe', `add "${key}" /v ${name} /t ${value.type} /d ${data(value)} /f`),
  ],
  showBefore: show,
  showAfter: ({ value }) => show(value),
});
