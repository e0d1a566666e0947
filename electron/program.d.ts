/** A program of one file, built in as its text: the build makes it (build/bundle.mjs). */
declare module '*?program' {
  const text: string;
  export default text;
}
