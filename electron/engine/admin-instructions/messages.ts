/**
 * Messages for problems that must be fixed elsewhere, used as columns of the verdict rules. They use few facts beyond
 * those of their rules, because a verdict waits for them. The PC's name is filled in when a message is written.
 */
import type { AdminMessage, TextLine } from '@shared/admin-message';
import { formatErrorCode } from '@shared/error-codes';
import { KMS_PORT } from '@shared/kms';
import type { Endpoint } from '@shared/names';
import { slmgr, system32 } from '../changes/commands';
import { valueOr } from '../facts/fact-snapshot';
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
import { endpoints, hostInUse, lastError, withReachability } from '../verdict/parameters';
import { hostCommands, commandSafeHost, openFirewall, type HostTask } from './kms-host';
import { addressesOfPc, compose, record, testPort, stepsFor } from './compose';
import { recordToReplace, replaceRecordSteps } from './dns-messages';
import { elevatedCommands } from './text';

const asksForPath = (
  words: 'kms-port-filtered' | 'kms-no-route' | 'assigned-host-unreachable' | 'kms-answer-cut',
  view: Assessment,
  to: readonly Endpoint[],
  named: string,
  version: string | null = null,
): AdminMessage =>
  compose(
    'network',
    version === null ? words : 'kms-other-version',
    { endpoints: named, ...(version !== null && { version }) },
    addressesOfPc(view),
    stepsFor('onClient', ...to.slice(0, 4).map(testPort)),
  );

/**
 * Returns the message to the administrator of the network between this PC and the assigned host; null if there is no
 * such host, or as in {@link kmsPortFiltered}.
 */
export function assignedHostUnreachable(view: Assessment): AdminMessage | null {
  const { assignment, assignedReach } = view;
  if (assignment === null) return null;
  const { endpoint } = commandSafeHost(assignment);
  const own = assignedReach === 'filtered' ? ownFirewall(view, [assignment], endpoint) : null;
  if (own !== null) return own.message;
  const { assignedTarget } = view.snapshot;
  const isWithoutRoute = assignedReach === 'no-route' && assignedTarget !== null;
  const version = isWithoutRoute ? missingIpVersion([assignedTarget], view) : null;
  return asksForPath('assigned-host-unreachable', view, [assignment], endpoint, version);
}

/**
 * Returns the message to the administrator of the policy by which this PC's own firewall drops the connections. The
 * message is null if no policy is involved; the result is null if the firewall doesn't drop them.
 */
function ownFirewall(
  { snapshot: { outboundBlocked } }: Assessment,
  to: readonly Endpoint[],
  named: string,
): { readonly message: AdminMessage | null } | null {
  const block = valueOr(outboundBlocked, null);
  if (block === null) return null;
  if (block === 'this-pc') return { message: null };
  const check = stepsFor('onPc', 'gpupdate /target:computer', ...to.slice(0, 4).map(testPort));
  return {
    message: compose('group-policy', 'kms-outbound-policy', { endpoints: named }, check),
  };
}

/** Returns the message to the administrator of the firewalls in between; null if this PC's own rules are the cause. */
export function kmsPortFiltered(view: Assessment): AdminMessage | null {
  const isFiltered = view.targets.some(withReachability('filtered'));
  const which = withReachability(isFiltered ? 'filtered' : 'no-route');
  const words = isFiltered ? 'kms-port-filtered' : 'kms-no-route';
  const [to, named] = [view.targets.filter(which), endpoints(which)(view)];
  const own = isFiltered ? ownFirewall(view, to, named) : null;
  const version = isFiltered ? null : missingIpVersion(to, view);
  return own === null ? asksForPath(words, view, to, named, version) : own.message;
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
  const named = endpoints(withReachability('not-kms'))(view);
  if (wrong.some(connectedButSilent)) return asksForPath('kms-answer-cut', view, wrong, named);
  return recordToReplace(view, withReachability('not-kms'));
}

/** Returns the message to the administrator of the KMS host that refused; null on that host itself. */
function toKmsHost(
  words: 'kms-host-not-activated' | 'kms-host-cannot-activate' | 'kms-host-virtual',
  task: HostTask,
  view: Assessment,
): AdminMessage | null {
  if (view.role === 'kms-host') return null;
  const host = refusingHost(view);
  return compose(
    'kms-host',
    words,
    { host: host.host, error: lastError(view) },
    hostCommands(task, host),
  );
}

function refusingHost(view: Assessment): ReturnType<typeof commandSafeHost> {
  const host = hostInQuestion(view);
  return commandSafeHost(host === null ? null : { host, port: KMS_PORT });
}

/** Returns the message to the host's administrator: the KMS host itself isn't activated. */
export const kmsHostNotActivated = (view: Assessment): AdminMessage | null =>
  toKmsHost('kms-host-not-activated', 'activate-host', view);

/** Returns the message to the host's administrator: its key doesn't cover this product, or doesn't allow a VM. */
export const kmsHostCannotActivate = (view: Assessment): AdminMessage | null =>
  // SL_E_VL_KEY_MANAGEMENT_SERVICE_VM_NOT_SUPPORTED
  view.lastError === 0xc004f06b
    ? toKmsHost('kms-host-virtual', 'activate-host', view)
    : toKmsHost('kms-host-cannot-activate', 'install-kms-host-key', view);

/** Returns the message to the administrator of the KMS host; on the host itself, to the person responsible for it. */
export function kmsCountTooLow(
  view: Assessment,
  here: 'kms-count-too-low-here' | 'kms-host-behind-firewall' | 'kms-host-key-on-a-pc',
): AdminMessage {
  if (view.role !== 'kms-host') return tooFewComputers(refusingHost(view).host, lastError(view));
  const count = { count: view.count ?? 0 };
  if (here === 'kms-host-key-on-a-pc') return compose('person', here, count);
  const open = here === 'kms-host-behind-firewall' ? [...openFirewall(isServer(view)), ''] : [];
  return compose('person', here, count, [...open, ...stepsFor('onClient', slmgr('-ato'))]);
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
  const [code, name] = [errorOfOffice(view), hostOfOffice(view)];
  const error = formatErrorCode(code);
  const words = commandSafeHost(name === null ? null : { host: name, port: KMS_PORT });
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
    case 'leave':
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
  const { host } = commandSafeHost({ host: hostInUse(view), port: KMS_PORT });
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
