/** An Electron event whose default action a listener can prevent. */
export interface Preventable {
  readonly defaultPrevented: boolean;
  preventDefault(): void;
}

/** Creates a preventable event with these properties. */
export function preventable<T extends object>(properties: T): T & Preventable {
  let prevented = false;
  return Object.defineProperties(properties, {
    defaultPrevented: { get: () => prevented },
    preventDefault: { value: () => (prevented = true) },
  }) as T & Preventable;
}
