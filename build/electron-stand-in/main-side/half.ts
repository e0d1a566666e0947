/** The main half's end of the channel, and its startup data. */
import { connect } from '../calls';
import type { BrowserHalfMethods, MainHalfMethods, Environment } from '../contract';

const text = process.env['KMS_DOCTOR_STAND_IN'];
if (text === undefined) throw new Error('The stand-in is started by its browser half');
delete process.env['KMS_DOCTOR_STAND_IN'];

export const environment = JSON.parse(text) as Environment;

/** Filled in by the modules that implement each method, before the browser half calls `ready`. */
export const mainHalf = {} as { -readonly [Name in keyof MainHalfMethods]: MainHalfMethods[Name] };

const channel = connect<BrowserHalfMethods, MainHalfMethods>(process, mainHalf);

/** The browser half. */
export const browser = channel.other;

/** Waits until the browser half has answered all calls, for at most 500 ms. */
export async function callsSettled(): Promise<void> {
  const end = Date.now() + 500;
  while (!channel.idle() && Date.now() < end) {
    await new Promise((done) => setTimeout(done, 5));
  }
}
