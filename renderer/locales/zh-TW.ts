/** The sections of the Chinese words that the window shows; what only the program says stays out of its bundle. */
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
} from '@shared/locales/zh-TW.json';
