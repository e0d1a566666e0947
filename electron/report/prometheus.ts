/**
 * A diagnosis for the textfile collector of windows_exporter and node_exporter, in Prometheus text format
 * (https://prometheus.io/docs/instrumenting/exposition_formats/): with LF, and without timestamps, which the collectors
 * reject.
 */
import { LICENSED } from '@shared/kms';
import { minutesUntilExpiry, type Diagnosis } from '@shared/diagnosis';
import { escapeText } from '@shared/printable';
import { redact } from '@shared/redaction';

type Labels = Readonly<Record<string, string>>;

/** A metric with a single sample. */
interface Metric {
  readonly name: string;
  /** One sentence, in English on every PC, so that a fleet's metrics match. */
  readonly help: string;
  readonly labels?: Labels;
  /** Null if unknown; the metric is then omitted. */
  readonly value: number | null;
}

/** Returns the metrics, with a trailing newline. */
export function prometheusReport(diagnosis: Diagnosis, version: string): string {
  return metricsOf(diagnosis, version)
    .filter(({ value }) => value !== null)
    .flatMap(({ name, help, labels = {}, value }) => [
      `# HELP ${name} ${escaped(help)}`,
      `# TYPE ${name} gauge`,
      `${name}${labelText(labels)} ${value}`,
    ])
    .map((line) => `${line}\n`)
    .join('');
}

function metricsOf(diagnosis: Diagnosis, version: string): readonly Metric[] {
  const { verdict, activation, target, startedAt, durationMs } = diagnosis;
  const { about } = verdict;
  const { licenseStatus } = activation;
  const startedS = Date.parse(startedAt) / 1_000;
  const isLicensed = licenseStatus === LICENSED;
  const minutes = minutesUntilExpiry(activation);
  return [
    {
      name: 'kms_doctor_build_info',
      help: 'Version of KMS Doctor; the value is always 1.',
      labels: { version },
      value: 1,
    },
    {
      name: 'kms_doctor_verdict_info',
      help: 'Verdict of the diagnosis and its subject; the value is always 1.',
      labels: {
        computer: target.computer,
        code: verdict.code,
        certainty: verdict.certainty,
        domain: about.domain ?? '',
        server: about.server ?? '',
        host: about.host ?? '',
        port: about.port === null ? '' : String(about.port),
        error: about.code ?? '',
        product: about.product ?? '',
      },
      value: 1,
    },
    {
      name: 'kms_doctor_healthy',
      help: 'Whether the diagnosis found no problem (1) or a problem (0); absent without a diagnosis.',
      value: verdict.code === 'cannot-diagnose' ? null : Number(verdict.code === 'healthy'),
    },
    {
      name: 'kms_doctor_licensed',
      help: 'Whether Windows is licensed (1) or not (0).',
      value: licenseStatus === null ? null : Number(isLicensed),
    },
    {
      name: 'kms_doctor_license_status',
      help: 'LicenseStatus of Windows: 0 unlicensed, 1 licensed, 2 to 4 and 6 grace, 5 notification.',
      value: licenseStatus,
    },
    {
      name: 'kms_doctor_activation_expiry_timestamp_seconds',
      help: 'When the activation expires unless it is renewed; absent if Windows is not licensed or the license is permanent.',
      value: minutes === null ? null : startedS + minutes * 60,
    },
    {
      name: 'kms_doctor_last_error_info',
      help: 'Last activation error; the value is always 1.',
      labels: { code: activation.lastError ?? '' },
      value: activation.lastError === null ? null : 1,
    },
    {
      name: 'kms_doctor_diagnosis_timestamp_seconds',
      help: 'Start time of the diagnosis.',
      value: startedS,
    },
    {
      name: 'kms_doctor_diagnosis_duration_seconds',
      help: 'Duration of the diagnosis.',
      value: durationMs / 1_000,
    },
  ];
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${escaped(escapeText(redact(value))).replaceAll('"', '\\"')}"`,
  );
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

/** Escapes backslashes and line breaks for the format. */
const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
