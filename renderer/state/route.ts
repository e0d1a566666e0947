/**
 * The diagram of the path to the KMS host. Computed only where it is rendered, since the first paint doesn't include
 * it.
 */
import { routeOf, type Route } from '@shared/route';
import { useDoctor, type Doctor } from './store';

let last: (Pick<Doctor, 'checks' | 'target'> & { readonly route: Route }) | undefined;

/** Returns the route for the window's state; the same object as long as it looks the same. */
export function routeIn({ checks, target }: Pick<Doctor, 'checks' | 'target'>): Route {
  const before = last;
  if (before?.checks === checks && before.target === target) return before.route;
  const drawn = routeOf(checks, target);
  const looksSame = before && JSON.stringify(drawn) === JSON.stringify(before.route);
  const route = looksSame ? before.route : drawn;
  last = { checks, target, route };
  return route;
}

/** Returns the current route. */
export const useRoute = (): Route => useDoctor(routeIn);
