/** The HTML page of a fleet as text: its content, its escaping, and its content security policy. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Language } from '@shared/language';
import { fleetPage } from '../../../electron/fleet/page';
import type { Fleet } from '../../../electron/fleet/fleet';
import {
  companyFleet,
  fleetOf,
  hostileFleet,
  HOSTILE_NAMES,
  namesFrom,
} from '../../support/hand-made-fleets';
import { WHOLE_KEY } from '../../support/hostile';

const piecesOf = (fleet: Fleet, language: Language = 'en'): string[] => [
  ...fleetPage(fleet, { language, version: '1.0.0', at: new Date('2026-11-22T09:30:00Z') }),
];
const pageOf = (fleet: Fleet, language?: Language): string => piecesOf(fleet, language).join('');

/** Returns the content of each element with this name. */
function elements(page: string, name: string): string[] {
  return [...page.matchAll(new RegExp(`<${name}(?: [^>]*)?>([^]*?)</${name}>`, 'g'))].map(
    ([, text = '']) => text,
  );
}

const lead = (page: string): string =>
  (/<h2 id="lead">([^]*?)<\/h2>/.exec(page)?.[1] ?? '').replace(/\s+/g, ' ').trim();

const hash = (text: string): string =>
  `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

interface Data {
  readonly words: Readonly<Record<string, string>>;
  readonly later: readonly (readonly string[])[];
}
const dataOf = (page: string): Data => JSON.parse(elements(page, 'script')[0] ?? '') as Data;

describe('fleet page', () => {
  it('states the most common cause, the administrator it is for, and its language', () => {
    const page = pageOf(companyFleet(500));
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(lead(page)).toBe('412 of 500 PCs share one cause: no KMS record in branch.contoso.com.');
    expect(page).toContain('For the DNS administrator');
    expect(page).toContain('82.4% of all PCs · 397 certain, 15 likely');
    const chinese = pageOf(companyFleet(500), 'zh-TW');
    expect(chinese).toContain('<html lang="zh-TW">');
    expect(lead(chinese)).toMatch(/^500 部電腦中有 412 部的原因相同：/);
  });

  it('has a content security policy that allows only its own style and script', () => {
    const page = pageOf(companyFleet(500));
    const [, script = ''] = elements(page, 'script');
    const [style = ''] = elements(page, 'style');
    expect(/http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]).toBe(
      `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; base-uri 'none'; form-action 'none'`,
    );
    expect(page).not.toMatch(/ style=| on\w+=|https?:/);
  });

  it.each(['en', 'zh-TW'] as const)('escapes hostile text (%s)', (language) => {
    const page = pageOf(hostileFleet(), language);
    expect(page.match(/<script/g)).toHaveLength(2);
    expect(page.match(/<\/script/g)).toHaveLength(2);
    expect(page).not.toMatch(/<img|<!--|-->/);
    // eslint-disable-next-line no-control-regex -- these characters must not occur
    expect(page).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202a-\u202e\u2066-\u2069\u2028\u2029]/);
    expect(page).not.toContain(WHOLE_KEY);
    const { later } = dataOf(page);
    expect(later.flat()).toContain('</script>01100');
    expect(page).toContain('A'.repeat(255));
    // No text from a PC gets into a command.
    expect(page).not.toContain('Add-DnsServerResourceRecord');
  });

  it('contains every computer name exactly once in the lists', () => {
    const fleet = companyFleet(50_000);
    const pieces = piecesOf(fleet);
    const page = pieces.join('');
    expect(page.length).toBeLessThan(800_000);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(600_000);
    const inPage = elements(page, 'li');
    const names = [...inPage, ...dataOf(page).later.flat()].filter((name) => /^PC-\d+$/.test(name));
    // The three PCs with the same client machine ID are also listed under it.
    expect(names).toHaveLength(50_003);
    expect(new Set(names).size).toBe(50_000);
    expect(inPage.length).toBeLessThan(6_000);
  });

  it('lists less common causes together, with the cause after each name', () => {
    const planted = namesFrom(1, 300).map((name, index) => ({
      code: 'srv-record-missing' as const,
      about: { domain: `home-${index}.example` },
      names: index === 0 ? [name, 'PC-X'] : [name],
    }));
    const page = pageOf(fleetOf({ planted }));
    expect(page.match(/<article/g)).toHaveLength(201);
    expect(page).toContain('100 less common causes');
    expect([...elements(page, 'li'), ...dataOf(page).later.flat()].join('\n')).toMatch(
      /^PC-00300 · .*home-299\.example$/m,
    );
  });

  it.each<readonly [string, Fleet, RegExp]>([
    [
      'one unhealthy PC',
      fleetOf({ planted: [{ code: 'clock-skew', names: ['PC-042'] }] }),
      /^The only PC has/,
    ],
    ['healthy PCs only', fleetOf({ activated: namesFrom(1, 320) }), /^All 320 PCs are healthy.$/],
    [
      'unreachable PCs',
      fleetOf({
        activated: ['PC-1'],
        computers: 3,
        notReached: [{ outcome: 'silent', count: 2, computers: ['PC-2', 'PC-3'] }],
      }),
      /^2 of 3 PCs weren(?:'|&#39;)t reached.$/,
    ],
    ['no PCs', fleetOf({}), /^No PC was found/],
  ])('has a headline for %s', (_, fleet, sentence) => {
    expect(lead(pageOf(fleet))).toMatch(sentence);
  });

  it('has a message about all PCs of a group rather than a single one', () => {
    const [message = '', other = ''] = elements(pageOf(companyFleet(500)), 'pre');
    expect(message).toContain(
      '412 of 500 PCs share one cause: no KMS record in branch.contoso.com.',
    );
    expect(message).toContain(
      'Add-DnsServerResourceRecord -Srv -ZoneName &#39;branch.contoso.com&#39;',
    );
    expect(message).toContain('PC-00020 and 392 more');
    expect(message).not.toMatch(/\{\{|this PC|PC-00021/);
    expect(other).toContain('30 of 500 PCs');
  });

  it('states how many PCs are not listed', () => {
    const page = pageOf(hostileFleet());
    expect(page).toContain(`${(1_400 - HOSTILE_NAMES.length).toLocaleString('en')} more PCs are`);
  });
});
