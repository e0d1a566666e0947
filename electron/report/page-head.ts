/**
 * The head of a self-contained page. Its content security policy blocks all loading, and all scripts except the page's
 * own.
 */
import { createHash } from 'node:crypto';
import { html, Markup } from './markup';
import shared from './page.css?raw';

/** Content of a page head. */
export interface PageHead {
  readonly title: string;
  /** The program's version. */
  readonly version: string;
  /** Styles in addition to the shared ones. */
  readonly style: string;
  /** The page's script, exactly as it appears between its tags. */
  readonly script?: string;
}

/** Returns a `head` element. */
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
      // Inserted unchanged: the policy allows it by the hash of the exact text between the tags.
      new Markup(`<style>${style}</style>`)
    }
  </head>`;
}

function hashSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
