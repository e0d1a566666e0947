/** A single-file program imported as text; built by build/bundle.mjs. */
declare module '*?program' {
  const text: string;
  export default text;
}
