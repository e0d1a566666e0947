/** A file imported as a string (vite.dev/guide/assets, "Importing Asset as String"). */
declare module '*?raw' {
  const text: string;
  export default text;
}
