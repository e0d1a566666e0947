/** Checklist item 7: what the program's page may load, as a header of every answer. */

/**
 * Nothing but its own files. The hash is that of the empty text: Fluent's style engine makes empty style
 * elements and fills them through the CSSOM, which the policy lets pass.
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
