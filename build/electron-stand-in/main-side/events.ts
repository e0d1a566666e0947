/** An event that a listener can forbid, as Electron hands it out. */
export interface Preventable {
  readonly defaultPrevented: boolean;
  preventDefault(): void;
}

/** Makes such an event, with the properties that it carries. */
export function preventable<T extends object>(properties: T): T & Preventable {
  let prevented = false;
  return Object.defineProperties(properties, {
    defaultPrevented: { get: () => prevented },
    preventDefault: { value: () => (prevented = true) },
  }) as T & Preventable;
}
