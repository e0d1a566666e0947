/** Checklist item 7: what the page may load, sent as a header of every response. */

/**
 * Only the program's own files. The hash is that of the empty string: Fluent's style engine inserts empty style
 * elements and fills them through the CSSOM, which the policy allows.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
