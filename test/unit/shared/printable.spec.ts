import { describe, expect, it } from 'vitest';
import { translator } from '@shared/i18n';
import { asciiJson, truncate, escapeLine, jsonFile, escapeText } from '@shared/printable';

describe('displayed text', () => {
  it('has control and invisible characters escaped, but not line feeds', () => {
    expect(escapeText('a\u001b[2J\r\nb\u202ec\u2028\u0085\u200b\ufeff\u061c\u2066')).toBe(
      'a\\x1b[2J\\x0d\nb\\u202ec\\u2028\\x85\\u200b\\ufeff\\u061c\\u2066',
    );
    expect(escapeText('Größe 主機 “x” – e\u0301')).toBe('Größe 主機 “x” – e\u0301');
  });

  it('has soft hyphens, joiners, lone surrogates, and private-use characters escaped', () => {
    expect(escapeText('a\u00ad\u200d\ud800\ue000\u{f0000}\u{20000}')).toBe(
      'a\\xad\\u200d\\ud800\\ue000\\u{f0000}\u{20000}',
    );
  });

  it('has tags, fillers, variation selectors, and unassigned characters escaped', () => {
    expect(escapeText('a\u{e0041}\u3164\u034f\ufe0f\u{e0100}\u0378')).toBe(
      'a\\u{e0041}\\u3164\\u034f\\ufe0f\\u{e0100}\\u0378',
    );
  });

  it('is never truncated within a surrogate pair', () => {
    expect(truncate('a\u{20000}b', 2)).toBe('a');
    expect(truncate('a\u{20000}b', 3)).toBe('a\u{20000}');
  });

  it('has line feeds escaped when inline', () => {
    expect(escapeLine('kms1\ncalc')).toBe('kms1\\x0acalc');
  });
});

it('line feeds and bidi characters are escaped in the parameters of a translation', () => {
  for (const language of ['en', 'zh-TW'] as const) {
    const sentence = translator(language)('changes.kms-assignment.assigned', {
      host: 'kms1\n\u202e<b>&$t(app.name)',
    });
    expect(sentence).toContain('kms1\\x0a\\u202e<b>&$t(app.name)');
  }
});

it('JSON files have control and invisible characters escaped without loss', () => {
  const document = {
    name: '主機 é',
    odd: 'a\u0085\u009b\u202e\u2028\ud800\u{e0041}\u200b\ufeff\u3164',
  };
  const text = jsonFile(document);
  expect(text).toContain('主機 é');
  expect(text.replace(/[\n -~主機é]/g, '')).toBe('');
  for (const json of [text, asciiJson(text)]) expect(JSON.parse(json)).toEqual(document);
  expect(asciiJson(text)).toMatch(/^[\n -~]*$/);
});
