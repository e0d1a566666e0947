/**
 * Messages for problems that must be fixed elsewhere, used as columns of the verdict rules. They use few facts beyond
 * those of their rules, because a verdict waits for them. The PC's name is filled in when a message is written.
 */
import type { AdminMessage, TextLine } from '@shared/admin-message';
import { formatErrorCode } from '@shared/error-codes';
import { KMS_PORT } from '@shared/kms';
import type { Reachability } from '@shared/kms-path';
import { slmgr, system32 } from '../changes/commands';
import { joinEndpoints } from '../checks/finding';
import { valueOr, type Target } from '../facts/fact-types';
import { connectedButSilent } from '../facts/answers';
import { hostInQuestion, hostOfOffice } from '../verdict/about';
import {
  errorOfOffice,
  isHostOnServer,
  isServer,
  missingOnHost,
  officeNotActivated as officeOn,
  type AssessedTarget,
  type Assessment,
} from '../verdict/assessment';
import { isOwnClockRight } from '../verdict/clock';
import { missingIpVersion } from '../verdict/ip-versions';
import { hostInUse, lastError, withReachability } from '../verdict/parameters';
import { hostCommands, commandSafeHost, openFirewall, type HostTask } from './kms-host';
import { addressesOfPc, compose, record, testPort, stepsFor } from './compose';
import { recordToReplace, replaceRecordSteps } from './dns-messages';
import { elevatedCommands } from './text';

/**
 * Returns the message about KMS hosts that connections don't get to: to the administrator of the policy by which this
 * PC's own firewall drops them, or else of the network in between; null if this PC's own rules are the cause.
 *
 * @param reach how far they were reached
 * @param named the hosts as they are named in sentences
 */
function askForPath(
  words: 'kms-port-filtered' | 'kms-no-route' | 'assigned-host-unreachable',
  view: Assessment,
  reach: Reachability,
  hosts: readonly Target[],
  named = joinEndpoints(hosts),
): AdminMessage | null {
  const block = reach === 'filtered' ? valueOr(view.snapshot.outboundBlocked, null) : null;
  if (block === 'this-pc') return null;
  if (block !== null) {
    const check = stepsFor('onPc', 'gpupdate /target:computer', ...portTests(hosts));
    return compose('group-policy', 'kms-outbound-policy', { endpoints: named }, check);
  }
  const version = reach === 'no-route' ? missingIpVersion(hosts, view) : null;
  return version === null
    ? askNetwork(words, { endpoints: named }, hosts, view)
    : askNetwork('kms-other-version', { endpoints: named, version }, hosts, view);
}

/** Returns the message to the administrator of the network between this PC and these hosts. */
const askNetwork = (
  words: Parameters<typeof askForPath>[0] | 'kms-other-version' | 'kms-answer-cut',
  params: Readonly<Record<string, string>>,
  hosts: readonly Target[],
  view: Assessment,
): AdminMessage =>
  compose('network', words, params, addressesOfPc(view), stepsFor('onClient', ...portTests(hosts)));

const portTests = (hosts: readonly Target[]): string[] => hosts.slice(0, 4).map(testPort);

/**
 * Returns the message about the path to the assigned host; null if there is no such host, or if this PC's own rules are
 * the cause.
 */
export function assignedHostUnreachable(view: Assessment): AdminMessage | null {
  const { assignedTarget: host } = view.snapshot;
  if (host === null) return null;
  const { endpoint } = commandSafeHost(host);
  return askForPath('assigned-host-unreachable', view, view.assignedReach, [host], endpoint);
}

/** Returns the message about the path to the targets; null if this PC's own rules are the cause. */
export function kmsPortFiltered(view: Assessment): AdminMessage | null {
  const isFiltered = view.targets.some(withReachability('filtered'));
  const reach = isFiltered ? 'filtered' : 'no-route';
  const which = view.targets.filter(withReachability(reach));
  return askForPath(isFiltered ? 'kms-port-filtered' : 'kms-no-route', view, reach, which);
}

/**
 * Returns the message to the administrator of the host that refuses connections, or of the DNS server whose record has
 * the wrong port.
 *
 * @param misled the target whose KMS service responds on the default port although the record has another; null if none
 */
export function kmsServiceNotListening(
  view: Assessment,
  misled: AssessedTarget | null,
): AdminMessage {
  const host = commandSafeHost(misled ?? view.targets.find(withReachability('refused')) ?? null);
  if (misled === null) {
    const how = hostCommands('restart-licensing-service', host);
    return compose('kms-host', 'kms-service-not-listening', { ...host }, how);
  }
  const params = { record: record(view), host: host.host, port: host.port };
  return compose(
    'dns-server',
    'kms-service-other-port',
    params,
    ...replaceRecordSteps(host, { ...host, port: KMS_PORT }, view),
  );
}

/**
 * Returns the message to the DNS administrator: the record points to something other than a KMS host. If a connection
 * was accepted but then silent or cut, returns the message to the network administrator instead.
 */
export function notAKmsHost(view: Assessment): AdminMessage {
  const wrong = view.targets.filter(withReachability('not-kms'));
  return wrong.some(connectedButSilent)
    ? askNetwork('kms-answer-cut', { endpoints: joinEndpoints(wrong) }, wrong, view)
    : recordToReplace(view, withReachability('not-kms'));
}

/** Returns the message to the administrator of the KMS host that refused; null on that host itself. */
function toKmsHost(
  words: 'kms-host-not-activated' | 'kms-host-cannot-activate' | 'kms-host-virtual',
  task: HostTask,
  view: Assessment,
): AdminMessage | null {
  if (view.role === 'kms-host') return null;
  const host = commandSafeName(hostInQuestion(view));
  const params = { host: host.host, error: lastError(view) };
  return compose('kms-host', words, params, hostCommands(task, host));
}

/** Returns a KMS host whose port isn't known, in a form that is safe for use in a command. */
const commandSafeName = (host: string | null) =>
  commandSafeHost(host === null ? null : { host, port: KMS_PORT });

/** Returns the message to the host's administrator: the KMS host itself isn't activated. */
export const kmsHostNotActivated = (view: Assessment): AdminMessage | null =>
  toKmsHost('kms-host-not-activated', 'activate-host', view);

/** Returns the message to the host's administrator: its key doesn't cover this product, or doesn't allow a VM. */
export const kmsHostCannotActivate = (view: Assessment): AdminMessage | null =>
  missingOnHost(view.lastError) === 'vm-support'
    ? toKmsHost('kms-host-virtual', 'activate-host', view)
    : toKmsHost('kms-host-cannot-activate', 'install-kms-host-key', view);

/** Returns the message to the administrator of the KMS host; on the host itself, to the person responsible for it. */
export function kmsCountTooLow(
  view: Assessment,
  here: 'kms-count-too-low-here' | 'kms-host-behind-firewall' | 'kms-host-key-on-a-pc',
): AdminMessage {
  if (view.role !== 'kms-host') {
    return tooFewComputers(commandSafeName(hostInQuestion(view)).host, lastError(view));
  }
  const count = { count: view.count ?? 0 };
  if (here === 'kms-host-key-on-a-pc') return compose('person', here, count);
  const open =
    here === 'kms-host-behind-firewall' ? [elevatedCommands(openFirewall(isServer(view)))] : [];
  return compose('person', here, count, ...open, stepsFor('onClient', slmgr('-ato')));
}

function tooFewComputers(host: string, error: string): AdminMessage {
  const requests =
    "Get-WinEvent -MaxEvents 50 -FilterHashtable @{ LogName = 'Key Management Service'; Id = 12290 }";
  const how = elevatedCommands(slmgr('-dlv'), requests);
  return compose('kms-host', 'kms-count-too-low', { host, error }, how);
}

/**
 * Returns the message to the administrator of the KMS host that refused Office; null if none did, or if Office isn't a
 * KMS client on this PC.
 */
export function officeNotActivated(view: Assessment): AdminMessage | null {
  const office = officeOn(view);
  if (office?.channel.class !== 'kms-client') return null;
  const code = errorOfOffice(view);
  const error = formatErrorCode(code);
  const words = commandSafeName(hostOfOffice(view));
  const { host } = words;
  const params = { host, error, product: office.name ?? 'Office' };
  const activates = [slmgr('-ato', '<activation_ID>'), slmgr('-dlv', 'all')];
  const how = (...lines: readonly string[]): readonly TextLine[] => [
    ...elevatedCommands(...lines),
    { key: 'messages.officeActivationId' },
  ];
  switch (missingOnHost(code)) {
    case 'count':
      return tooFewComputers(host, error);
    case 'activation':
      return compose('kms-host', 'office-host-not-activated', params, how(...activates));
    case 'vm-support':
      return compose('kms-host', 'kms-host-virtual', params, hostCommands('activate-host', words));
    case 'key':
      return compose('kms-host', 'office-pack-missing', params, [
        ...how(slmgr('-ipk', 'XXXXX-XXXXX-XXXXX-XXXXX-XXXXX'), ...activates),
        { key: 'handover.kmsHost.keyPlaceholder' },
      ]);
    case null:
      return null;
  }
}

/** Returns the message to the administrator of the KMS host with the wrong clock; null unless this PC's is correct. */
export function clockSkew(view: Assessment): AdminMessage | null {
  const { clock } = view.snapshot;
  if (!clock.ok || !isOwnClockRight(view)) return null;
  // Don't use the host from the events, which this verdict doesn't depend on.
  const { host } = commandSafeName(hostInUse(view));
  return compose(
    'kms-host',
    'clock-skew',
    { host, source: clock.value.source, total: Math.round(Math.abs(clock.value.minutes)) },
    elevatedCommands(
      system32('w32tm.exe', '/resync /rediscover'),
      system32('w32tm.exe', '/query /status'),
    ),
  );
}

/** Returns the message to the person with the product keys; a KMS host requires a KMS host key. */
export const productKeyRejected = (view: Assessment): AdminMessage =>
  compose('person', isHostOnServer(view) ? 'kms-host-key-rejected' : 'product-key-rejected', {
    key: view.licence?.partialProductKey ?? '',
    error: lastError(view),
  });

/** Returns the message to the person responsible for the PC: no key activates an evaluation edition. */
export function evaluationEdition(view: Assessment): AdminMessage {
  const convert =
    'DISM /Online /Set-Edition:<edition> /ProductKey:XXXXX-XXXXX-XXXXX-XXXXX-XXXXX /AcceptEula';
  const how = isServer(view) ? elevatedCommands('DISM /Online /Get-TargetEditions', convert) : [];
  return compose('person', 'evaluation-edition', {}, how);
}
