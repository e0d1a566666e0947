/** A file's text, built in (vite.dev/guide/assets, "Importing Asset as String"). */
declare module '*?raw' {
  const text: string;
  export default text;
}
