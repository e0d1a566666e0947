/** Creates an Electron event with these properties, whose default action a listener can prevent. */
export const preventable = <T extends object>(properties: T): Event & T =>
  Object.assign(new Event('', { cancelable: true }), properties);
