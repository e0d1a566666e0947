import { lazy, Suspense, type ComponentType } from 'react';

/** Returns a component whose code loads when it is first rendered; until then, it renders nothing. */
export function onceLoaded<Props extends object>(
  load: () => Promise<{ readonly default: ComponentType<Props> }>,
): ComponentType<Props> {
  const Loaded = lazy(load);
  return (props) => (
    <Suspense fallback={null}>
      <Loaded {...props} />
    </Suspense>
  );
}
