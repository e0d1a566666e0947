import fc from 'fast-check';

/** Generates the 25 characters of a key in the format of Windows 8 and later, with one N anywhere. */
export const productKeyCharacters = fc
  .tuple(
    fc.array(fc.constantFrom(...Array.from('BCDFGHJKMPQRTVWXY2346789')), {
      minLength: 24,
      maxLength: 24,
    }),
    fc.nat({ max: 24 }),
  )
  .map(([characters, place]) => [...characters.slice(0, place), 'N', ...characters.slice(place)]);
