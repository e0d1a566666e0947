/** The picture of the way to the KMS host, made where it is drawn: the window's first picture is without it. */
import { routeOf, type Route } from '@shared/route';
import { useDoctor, type Doctor } from './store';

let last: (Pick<Doctor, 'checks' | 'target'> & { readonly route: Route }) | undefined;

/** The route of what the window holds; the same object as long as it looks the same. */
export function routeIn({ checks, target }: Pick<Doctor, 'checks' | 'target'>): Route {
  const before = last;
  if (before?.checks === checks && before.target === target) return before.route;
  const drawn = routeOf(checks, target);
  const looksSame = before && JSON.stringify(drawn) === JSON.stringify(before.route);
  const route = looksSame ? before.route : drawn;
  last = { checks, target, route };
  return route;
}

/** The route of the moment. */
export const useRoute = (): Route => useDoctor(routeIn);
