/** A treatment in one dialog: the plan, its progress, the outcome, and undo. */
import { useState } from 'react';
import { Button } from '@fluentui/react-components';
import { Wrench20Regular } from '@fluentui/react-icons/svg/wrench';
import type { Translate } from '@shared/i18n';
import type { TreatmentView } from '@shared/treatment';
import { Callout, useRefusal } from '../../components/callout';
import { CommandBlock } from '../../components/command-block';
import { CopyButton } from '../../components/copy-button';
import { DialogShell } from '../../components/dialog-shell';
import { PRIMARY } from '../../components/primary';
import { Working } from '../../components/status';
import { useTranslations } from '../../i18n/translations';
import { useDoctor } from '../../state/store';
import { FootNote } from '../fix-dialog/foot-note';
import { changesText } from '../fix-dialog/changes-text';
import { NameHost } from './name-host';
import { TreatmentRunning, TreatmentFinished } from './treatment-progress';
import { TreatmentPlan } from './treatment-plan';
import { rehearsedWords } from './treatment-steps';
import { useTreatmentRun, type TreatmentRun } from './treatment-run';
import { Undoing, Undone } from './undo-treatment-dialog';
import styles from './treatment.module.css';

export function TreatmentDialog({ asksForHost }: { readonly asksForHost: boolean }) {
  const run = useTreatmentRun();
  const [isAsking, setAsking] = useState(asksForHost);
  const { stage } = run;
  switch (stage.at) {
    case 'doing':
      return <TreatmentRunning {...stage} />;
    case 'done':
      return <TreatmentFinished run={run} {...stage} />;
    case 'undoing':
      return <Undoing />;
    case 'undone':
      return <Undone undone={stage.undone} />;
    case 'idle':
      return isAsking ? <NameHost onFound={() => setAsking(false)} /> : <Planned run={run} />;
  }
}

function Planned({ run }: { readonly run: TreatmentRun }) {
  const { note } = run;
  const { t } = useTranslations();
  const treatment = useDoctor((state) => state.treatment);
  const isPlanning = useDoctor((state) => state.isPlanning);
  const refusal = useRefusal();
  const source = useDoctor((state) => state.info?.source);
  const kmsHosts = useDoctor((state) => state.kmsHosts);
  const ready = !isPlanning && treatment !== null && treatment.steps.length > 0 ? treatment : null;
  // For another PC's facts, shows how to apply the treatment on that PC.
  const there = source?.kind === 'facts' ? source.computer : null;
  const command = ['kms-doctor repair', ...kmsHosts.map((host) => `--kms-host ${host}`)].join(' ');
  return (
    // The key makes a new plan a new dialog, so that its button gets the focus again.
    <DialogShell
      key={ready?.digest ?? 'planning'}
      title={t('treatment.window.title')}
      subtitle={ready && t('treatment.window.rehearsed', { count: ready.steps.length })}
      width="form"
      opensOnPrimary
      quiet={ready && <CopyButton label={t('window.fix.copyForAdmin')} text={textOf(ready, t)} />}
      actions={
        <>
          {ready !== null && refusal === null ? <FootNote /> : null}
          {there === null ? (
            <Button
              {...PRIMARY}
              icon={<Wrench20Regular />}
              disabled={ready === null || refusal !== null}
              onClick={() => {
                if (ready !== null) run.repair(ready);
              }}
            >
              {t('treatment.window.action')}
            </Button>
          ) : (
            <CopyButton
              appearance="primary"
              label={t('window.copy.command')}
              text={command}
              disabled={ready === null}
            />
          )}
        </>
      }
      close={there === null ? 'cancel' : 'close'}
    >
      {note === null && refusal === null ? null : (
        <div className={styles.notes}>
          {note === null ? null : <Callout note={note} />}
          {there === null ? null : (
            <Callout
              note={{ intent: 'info', text: t('window.facts.elsewhere', { computer: there }) }}
            >
              <CommandBlock text={command} />
            </Callout>
          )}
          {refusal === null || there !== null ? null : <Callout note={refusal} />}
        </div>
      )}
      {isPlanning ? (
        <Working className={styles.now}>{t('treatment.window.planning')}</Working>
      ) : ready === null ? (
        <p className={styles.now}>{t('treatment.window.nothing')}</p>
      ) : (
        <TreatmentPlan treatment={ready} />
      )}
    </DialogShell>
  );
}

/** Formats the steps as instructions for an admin. */
function textOf(treatment: TreatmentView, t: Translate): string {
  return treatment.steps
    .map(({ fix, changes, then }, index) =>
      [
        `${index + 1}. ${t(`fixes.${fix}.title`)}`,
        ...changesText(changes, t),
        `\n${t('treatment.window.then', { verdict: rehearsedWords(then, t) })}`,
      ].join('\n'),
    )
    .join('\n\n');
}
