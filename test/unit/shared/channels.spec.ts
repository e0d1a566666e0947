import { describe, expect, it } from 'vitest';
import { CHANNEL_CLASSES, channelOf } from '@shared/channels';
import en from '@shared/locales/en.json';
import zhTW from '@shared/locales/zh-TW.json';

describe('channelOf', () => {
  it.each([
    ['Windows(R) Operating System, VOLUME_KMSCLIENT channel', 'VOLUME_KMSCLIENT', 'kms-client'],
    ['Windows(R) 作業系統, VOLUME_KMSCLIENT 通道', 'VOLUME_KMSCLIENT', 'kms-client'],
    ['Windows(R) Operating System, VOLUME_KMS_WS22 channel', 'VOLUME_KMS_WS22', 'kms-host'],
    ['Windows(R)-Betriebssystem, VOLUME_KMS-Kanal', 'VOLUME_KMS', 'kms-host'],
    ['Windows(R) Operating System, VOLUME_MAK channel', 'VOLUME_MAK', 'mak'],
    ['Windows(R) Operating System, RETAIL channel', 'RETAIL', 'retail'],
    ['Office 21, RETAIL(MAK) channel', 'RETAIL(MAK)', 'mak'],
    ['Windows(R) Operating System, OEM_DM channel', 'OEM_DM', 'oem'],
    ['Windows(R) Operating System, OEM_COA_NSLP channel', 'OEM_COA_NSLP', 'oem'],
    ['Windows(R) Operating System, TIMEBASED_EVAL channel', 'TIMEBASED_EVAL', 'evaluation'],
    [
      'Windows(R) Operating System, VIRTUAL_MACHINE_ACTIVATION channel',
      'VIRTUAL_MACHINE_ACTIVATION',
      'avma',
    ],
    ['Windows(R) Operating System', '', 'other'],
  ])('parses %j', (description, token, kind) => {
    expect(channelOf(description)).toEqual({ token, class: kind });
  });

  it.each([
    ['Volume:GVLK', 'kms-client'],
    ['Volume:CSVLK', 'kms-host'],
    ['Volume:MAK', 'mak'],
    ['Retail', 'retail'],
    ['Retail:TB:Eval', 'evaluation'],
    ['OEM:DM', 'oem'],
    ['OEM:NONSLP', 'oem'],
    ['VT:IA', 'avma'],
    ['', 'other'],
    [null, 'other'],
  ])('falls back to ProductKeyChannel %j if the description has no channel', (code, kind) => {
    expect(channelOf(null, code).class).toBe(kind);
    expect(channelOf('Windows(R) Operating System', code).class).toBe(kind);
  });

  it('prefers the description over ProductKeyChannel', () => {
    expect(channelOf('…, VOLUME_MAK channel', 'Volume:GVLK').class).toBe('mak');
  });
});

describe('channel texts', () => {
  it.each(CHANNEL_CLASSES)('exist for %s in both languages', (kind) => {
    for (const words of [en, zhTW]) {
      expect(words.channels[kind].name).not.toBe('');
      expect(words.channels[kind].about).not.toBe('');
    }
  });
});
