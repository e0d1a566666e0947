/** A file that Vite hands over as its text. */
declare module '*?raw' {
  const text: string;
  export default text;
}
