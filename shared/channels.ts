/**
 * The kind of product key that Windows has, determined from tokens that Windows doesn't translate: those in the
 * Description of a SoftwareLicensingProduct row ("…, VOLUME_KMSCLIENT channel"), and, if the Description contains none,
 * ProductKeyChannel ("Volume:GVLK").
 *
 * Source: Windows' own slmgr.vbs uses these tokens to tell KMS clients, KMS hosts, time-based and AVMA licenses apart.
 * It tests KMSCLIENT before KMS because the former contains the latter.
 */

/** Kinds of product keys, as far as they differ in activation; texts are under `channels.<class>`. */
export const CHANNEL_CLASSES = [
  'kms-client',
  'kms-host',
  'mak',
  'retail',
  'oem',
  'avma',
  'evaluation',
  'other',
] as const;

/** One of {@link CHANNEL_CLASSES}. */
export type ChannelClass = (typeof CHANNEL_CLASSES)[number];

/** A channel: its token as Windows writes it (empty if there is none) and its kind. */
export interface Channel {
  readonly token: string;
  readonly class: ChannelClass;
}

const inDescription: readonly (readonly [RegExp, ChannelClass])[] = [
  [/VOLUME_KMSCLIENT/, 'kms-client'],
  [/VOLUME_KMS\w*/, 'kms-host'],
  [/VOLUME_MAK/, 'mak'],
  // Used by Office 2019 and later.
  [/RETAIL\(MAK\)/, 'mak'],
  [/TIMEBASED_\w*/, 'evaluation'],
  [/VIRTUAL_MACHINE_ACTIVATION/, 'avma'],
  [/\bOEM\w*/, 'oem'],
  [/\bRETAIL\b/, 'retail'],
];

const inProductKeyChannel: readonly (readonly [RegExp, Channel])[] = [
  [/^VOLUME:GVLK$/, { token: 'VOLUME_KMSCLIENT', class: 'kms-client' }],
  [/^VOLUME:CSVLK$/, { token: 'VOLUME_KMS', class: 'kms-host' }],
  [/^VOLUME:MAK$/, { token: 'VOLUME_MAK', class: 'mak' }],
  [/^RETAIL:TB/, { token: 'TIMEBASED', class: 'evaluation' }],
  [/^VT:IA$/, { token: 'VIRTUAL_MACHINE_ACTIVATION', class: 'avma' }],
  [/^OEM/, { token: 'OEM', class: 'oem' }],
  [/^RETAIL/, { token: 'RETAIL', class: 'retail' }],
];

/**
 * Returns the channel of a product row.
 *
 * @param description Description of the row, in any language; null if it couldn't be read
 * @param productKeyChannel ProductKeyChannel of the row, which Windows 7 doesn't have
 */
export function channelOf(description: string | null, productKeyChannel?: string | null): Channel {
  const text = (description ?? '').toUpperCase();
  for (const [pattern, kind] of inDescription) {
    const token = pattern.exec(text)?.[0];
    if (token !== undefined) return { token, class: kind };
  }
  const code = (productKeyChannel ?? '').trim().toUpperCase();
  const known = inProductKeyChannel.find(([pattern]) => pattern.test(code));
  return known?.[1] ?? { token: '', class: 'other' };
}

/**
 * Whether a key of this kind can be a client setup key. Keys of other kinds may end in the same five characters, which
 * are all that Windows shows of a key.
 */
export const mayBeClientSetupKey = (kind: ChannelClass): boolean =>
  kind === 'kms-client' || kind === 'other';
