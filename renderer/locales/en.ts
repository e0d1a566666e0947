/** The sections of the English words that the window shows; what only the program says stays out of its bundle. */
export {
  app,
  changes,
  channels,
  checks,
  events,
  fixes,
  handover,
  keys,
  messages,
  procedures,
  reasons,
  route,
  status,
  treatment,
  verdicts,
  window,
} from '@shared/locales/en.json';
