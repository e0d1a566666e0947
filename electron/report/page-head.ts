/** The head of a page to be sent on: its policy lets nothing be loaded, and nothing run but the script that it names. */
import { createHash } from 'node:crypto';
import { html, Markup } from './markup';
import shared from './page.css?raw';

/** What a head is made of. */
export interface PageHead {
  readonly title: string;
  /** The program's. */
  readonly version: string;
  /** On top of what every page shares. */
  readonly style: string;
  /** The page's own script, exactly as it stands between its tags. */
  readonly script?: string;
}

/** A `head` element. */
export function pageHead({ title, version, style: own, script }: PageHead): Markup {
  const style = shared + own;
  const policy = [
    "default-src 'none'",
    `style-src ${hashSource(style)}`,
    ...(script === undefined ? [] : [`script-src ${hashSource(script)}`]),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return html`<head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}" />
    <meta name="referrer" content="no-referrer" />
    <meta name="generator" content="KMS Doctor ${version}" />
    <title>${title}</title>
    ${
      // In one piece: the policy knows it by the hash of exactly what stands between its tags.
      new Markup(`<style>${style}</style>`)
    }
  </head>`;
}

function hashSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
