/** A name or address that may be broken after its dots, colons and underscores when it has no room. */
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
