/** A name or address that may wrap after dots, colons, underscores and slashes. */
import { Fragment } from 'react';

export function BreakableText({ text }: { readonly text: string }) {
  const pieces = text.split(/(?<=[.:_\\/])(?=[^\s.:_\\/])/);
  return pieces.map((piece, index) => (
    <Fragment key={index}>
      {index > 0 ? <wbr /> : null}
      {piece}
    </Fragment>
  ));
}
