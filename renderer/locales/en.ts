/**
 * The sections of the English texts that the window shows; texts used only by the main process stay out of its bundle.
 */
export {
  app,
  changes,
  channels,
  checks,
  editions,
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
