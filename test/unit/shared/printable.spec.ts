import { describe, expect, it } from 'vitest';
import { translator } from '@shared/i18n';
import { asciiJson, beginning, inline, jsonFile, printable } from '@shared/printable';

describe('a text that is shown', () => {
  it('has what a terminal obeys and what nobody sees as escapes, and its line ends', () => {
    expect(printable('a\u001b[2J\r\nb\u202ec\u2028\u0085\u200b\ufeff\u061c\u2066')).toBe(
      'a\\x1b[2J\\x0d\nb\\u202ec\\u2028\\x85\\u200b\\ufeff\\u061c\\u2066',
    );
    expect(printable('Größe 主機 “x” – e\u0301')).toBe('Größe 主機 “x” – e\u0301');
  });

  it('has soft hyphens, joiners, halves of pairs and private characters as escapes', () => {
    expect(printable('a\u00ad\u200d\ud800\ue000\u{f0000}\u{20000}')).toBe(
      'a\\xad\\u200d\\ud800\\ue000\\u{f0000}\u{20000}',
    );
  });

  it('has tags, fillers, selectors and what is not assigned as escapes', () => {
    expect(printable('a\u{e0041}\u3164\u034f\ufe0f\u{e0100}\u0378')).toBe(
      'a\\u{e0041}\\u3164\\u034f\\ufe0f\\u{e0100}\\u0378',
    );
  });

  it('ends before a pair that would be halved', () => {
    expect(beginning('a\u{20000}b', 2)).toBe('a');
    expect(beginning('a\u{20000}b', 3)).toBe('a\u{20000}');
  });

  it('has no line end inside a line', () => {
    expect(inline('kms1\ncalc')).toBe('kms1\\x0acalc');
  });
});

it('fills a sentence in with nothing that ends its line or turns it around', () => {
  for (const language of ['en', 'zh-TW'] as const) {
    const sentence = translator(language)('changes.kms-assignment.assigned', {
      host: 'kms1\n\u202e<b>&$t(app.name)',
    });
    expect(sentence).toContain('kms1\\x0a\\u202e<b>&$t(app.name)');
  }
});

it('writes JSON of which nothing is obeyed or hidden, and which says the same', () => {
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
