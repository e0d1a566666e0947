/** Diagnoses of simulated PCs, and strings that must not leak from any of them. */
import { diagnose } from '@engine/run';
import type { Diagnosis } from '@shared/diagnosis';
import type { JournalEntryView } from '@shared/plan';
import { parseScenario } from '@shared/scenario';
import { createScenarioComputer } from '../../../electron/computer/scenario';
import { computerOf } from '../../scenarios/cases';

/** A full product key that isn't in any of Microsoft's lists. */
export const KEY = 'BCDFG-HJKMP-QRTVW-XY234-N6789';

/** Markup, a control sequence, and a bidi override. */
export const HOSTILE = '<img src=x onerror=alert(1)>&"\'\u001b[2J\u202e';

/** Returns the diagnosis of a case. */
export async function diagnosisOf(name: string): Promise<Diagnosis> {
  return (await diagnose(computerOf(name)).result).diagnosis;
}

/** Returns the diagnosis of a PC with a full product key and hostile text wherever text is possible. */
export async function hostileDiagnosis(): Promise<Diagnosis> {
  const parsed = parseScenario({
    schema: 'kms-doctor/scenario@1',
    computer: { os: `Windows ${HOSTILE} ${KEY}` },
    adapters: [{ name: `Ethernet ${HOSTILE} ${KEY}`, dnsServers: ['10.0.0.10'] }],
    licensing: {
      products: [
        {
          Description: `VOLUME_KMSCLIENT ${HOSTILE} ${KEY}`,
          LicenseFamily: `${HOSTILE} ${KEY}`,
          PartialProductKey: '2YT43',
          LicenseStatus: 5,
          LicenseStatusReason: 0xc004f074,
        },
      ],
    },
    events: [
      { id: 12288, data: ['0xC004F038', '0x00000000', `${HOSTILE}:1688`, KEY] },
      { id: 8198, data: ['hr=0xC004F038', `${HOSTILE} ${KEY}`] },
    ],
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return (await diagnose(createScenarioComputer(parsed.scenario)).result).diagnosis;
}

/** Creates a journal entry with this title. */
export function journalLine(title: string): JournalEntryView {
  return {
    entry: 'one',
    fix: 'create-srv-record',
    title,
    target: 'scenario:PC-042',
    at: '2026-11-22T09:05:00.000Z',
    state: 'verified',
    running: false,
    treatment: null,
    changes: [
      {
        kind: 'dns-record',
        title,
        byHand: '',
        before: HOSTILE,
        after: KEY,
        undoable: true,
      },
    ],
    undoable: true,
  };
}
