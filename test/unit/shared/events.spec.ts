import { describe, expect, it } from 'vitest';
import { translateMessage, translator } from '@shared/i18n';
import {
  attemptsInLog,
  decodeEvent,
  describeEvent,
  fieldOf,
  describeField,
  timelineOf,
  type RawEvent,
} from '@shared/events';

const t = translator('en');
const TIME = '2026-11-22T08:00:00.000Z';
const sent = (code: string, host = 'kms1.contoso.com:1688', time = TIME): RawEvent => ({
  id: 12288,
  time,
  data: [
    code,
    '0x00000000',
    host,
    '36f27b39-2fe1-4c4b-9f3d-1f2c5a1e7b60',
    '2010/09/29 17:52',
    '0',
    '2',
    '41760',
    '68531fb9-5511-4989-97be-d11a0f55633f',
    '5',
  ],
});
const named = (event: RawEvent) =>
  Object.fromEntries((decodeEvent(event)?.fields ?? []).map(({ name, value }) => [name, value]));

describe('an event', () => {
  it('12288 is decoded field by field, whether its data is split or a comma-separated string', () => {
    const split = sent('0xc004f06c');
    const whole = { ...split, data: [split.data.join(', ')] };
    expect(named(split)).toEqual({
      result: '0xC004F06C',
      flags: '0x00000000',
      host: 'kms1.contoso.com:1688',
      clientMachineId: '36f27b39-2fe1-4c4b-9f3d-1f2c5a1e7b60',
      clientTime: '2010/09/29 17:52',
      virtualMachine: '0',
      licenceStatus: '2',
      minutesLeft: '41760',
      activationId: '68531fb9-5511-4989-97be-d11a0f55633f',
      minimumCount: '5',
    });
    expect(named(whole)).toEqual(named(split));
    expect(decodeEvent(whole)?.code).toBe(0xc004f06c);
  });

  it('12289 has an unused field before the count', () => {
    const text = '0x4004F040, 0x4000008, 0, 0, 4, 120, 10080, 2006/01/14 02:30';
    expect(named({ id: 12289, time: TIME, data: [text] })).toMatchObject({
      activated: '0',
      count: '4',
      activationInterval: '120',
      renewalInterval: '10080',
      clientTime: '2006/01/14 02:30',
    });
    const short = { id: 12289, time: TIME, data: ['0xC004F038', '0x00000000', '0', '7'] };
    expect(named(short)).toMatchObject({ activated: '0', count: '7' });
  });

  it('12290 contains the name of the client', () => {
    const text =
      '0xC004F06C,5,pc1.contoso.com,36f27b39-2fe1-4c4b-9f3d-1f2c5a1e7b60,2010/9/29 21:46,0,2,41520,sku';
    const event = { id: 12290, time: TIME, data: [text] };
    expect(named(event)).toMatchObject({ minimumCount: '5', clientName: 'pc1.contoso.com' });
  });

  it.each([
    [12293, ['0x80072338', 'contoso.com']],
    [12293, ['contoso.com', '0x80072338']],
    [12293, ['0x80072338, contoso.com']],
  ])('%i is decoded by the format of its values: %j', (id, data) => {
    const event = decodeEvent({ id, time: TIME, data })!;
    expect(fieldOf(event, 'domain')).toBe('contoso.com');
    expect(event.code).toBe(0x80072338);
    expect(translateMessage(t, describeEvent(event))).toBe(
      "The KMS host couldn't publish its record in contoso.com: 0x80072338.",
    );
  });

  it('8198 contains the actual error after "hr="', () => {
    const event = decodeEvent({
      id: 8198,
      time: TIME,
      data: ['hr=0x8007139F', 'Action=AutoActivate'],
    });
    expect(event?.code).toBe(0x8007139f);
  });

  it.each([
    [sent('0x00000000'), 'Sent a request to kms1.contoso.com:1688. It was accepted.'],
    [sent('0xC004F038'), 'Sent a request to kms1.contoso.com:1688. It failed with 0xC004F038.'],
    [sent('0x8007232B', ''), 'Found no KMS host for the request: 0x8007232B.'],
    [
      { id: 12294, time: TIME, data: ['contoso.com'] },
      'The KMS host published its record in contoso.com.',
    ],
  ])('is described in a sentence (row %$): $1', (event, sentence) => {
    expect(translateMessage(t, describeEvent(decodeEvent(event)!))).toBe(sentence);
  });

  it('with another ID is not decoded', () => {
    expect(decodeEvent({ id: 1003, time: TIME, data: ['0xC004F041'] })).toBeNull();
    expect(decodeEvent({ id: 12288, time: TIME, data: [] })?.fields).toEqual([]);
  });

  it('has a description for a value that is a bare number', () => {
    const words = describeField({ name: 'licenceStatus', value: '5' });
    expect(words && translateMessage(t, words)).toBe('notification mode, not activated (5)');
    expect(describeField({ name: 'licenceStatus', value: '9' })).toBeNull();
    expect(describeField({ name: 'host', value: '5' })).toBeNull();
  });
});

describe('attemptsInLog', () => {
  it('returns requests with their replies, and standalone failures, oldest first', () => {
    const later = '2026-11-22T10:00:00.000Z';
    const events: RawEvent[] = [
      sent('0x00000000', 'kms2.contoso.com:1688', later),
      sent('0xC004F038'),
      { id: 12289, time: '2026-11-22T08:00:02.000Z', data: ['0xC004F038', '0x0', '0', '7'] },
      { id: 8198, time: '2026-11-22T08:00:05.000Z', data: ['hr=0xC004F038'] },
      { id: 8198, time: '2026-11-22T12:00:00.000Z', data: ['hr=0x8007139F'] },
      { id: 12288, time: 'no time', data: [] },
    ];
    expect(attemptsInLog(events)).toEqual([
      { time: TIME, code: 0xc004f038, host: 'kms1.contoso.com:1688', count: 7 },
      { time: later, code: 0, host: 'kms2.contoso.com:1688', count: null },
      { time: '2026-11-22T12:00:00.000Z', code: 0x8007139f, host: null, count: null },
    ]);
  });
});

describe('timelineOf', () => {
  it('spreads attempts over the width, and centers those at one time', () => {
    const later = '2026-11-22T10:00:00.000Z';
    const attempts = attemptsInLog([sent('0x0'), sent('0x0', 'kms2.contoso.com:1688', later)]);
    const place = timelineOf(attempts, 600, 10);
    expect([TIME, '2026-11-22T09:00:00.000Z', later].map(place)).toEqual([10, 300, 590]);
    const [first] = attempts;
    expect(first && timelineOf([first, first], 600, 10)(TIME)).toBe(300);
  });
});
