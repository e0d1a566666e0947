/** Diagnoses of simulated PCs, and what must not get out of any of them. */
import { diagnose } from '@engine/run';
import type { Diagnosis } from '@shared/diagnosis';
import type { JournalEntryView } from '@shared/plan';
import { parseScenario } from '@shared/scenario';
import { createScenarioComputer } from '../../../electron/computer/scenario';
import { computerOf } from '../../scenarios/cases';

/** A whole key that stands in no list of Microsoft's. */
export const KEY = 'BCDFG-HJKMP-QRTVW-XY234-N6789';

/** Markup, a control sequence and an override of the writing direction. */
export const HOSTILE = '<img src=x onerror=alert(1)>&"\'\u001b[2J\u202e';

/** The diagnosis of a case. */
export async function diagnosisOf(name: string): Promise<Diagnosis> {
  return (await diagnose(computerOf(name)).result).diagnosis;
}

/** The diagnosis of a PC on which a whole key and hostile texts stand wherever texts can. */
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

/** A line of the journal. */
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
