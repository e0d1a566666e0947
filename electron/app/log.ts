/**
 * The log: the current file and one rotated file, at most 2 MB together, with all product keys masked. Uses the
 * logger's Node entry point, which has no channel to the renderer.
 */
import { join } from 'node:path';
import logger from 'electron-log/node';
import { onError, stackOf } from '@engine/errors';
import { redact } from '@shared/redaction';

const MEGABYTE = 1024 ** 2;

/**
 * Starts writing the log; earlier entries are dropped.
 *
 * @returns the log file
 */
export function startLog(folder: string): string {
  const file = join(folder, 'main.log');
  logger.transports.console.level = false;
  logger.transports.file.level = 'info';
  logger.transports.file.maxSize = MEGABYTE;
  logger.transports.file.writeOptions = { flag: 'a', mode: 0o600, encoding: 'utf8' };
  logger.transports.file.format = '{iso} {level} {text}';
  logger.transports.file.resolvePathFn = () => file;
  onError((error) => log.error('Unexpected error', error));
  return file;
}

logger.transports.file.level = false;
logger.transports.console.level = false;

/** The program's log. It takes only strings: {@link redact} can't mask keys inside objects. */
export const log = {
  info: (text: string): void => logger.info(redact(text)),
  warn: (text: string): void => logger.warn(redact(text)),
  error: (text: string, error?: unknown): void => {
    logger.error(redact(error === undefined ? text : `${text}: ${stackOf(error)}`));
  },
};
