/** A Content-Security-Policy that allows nothing which the element does not need, with Trusted Types. */

export const STRICT = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self' ws:", "img-src 'self'", "base-uri 'none'",
  "form-action 'none'", "require-trusted-types-for 'script'", "trusted-types lit-html",
].join("; ");
