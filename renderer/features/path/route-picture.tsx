/** The path to the KMS host: lines in an SVG background, and nodes that are real elements with real text. */
import { Fragment, useLayoutEffect, useRef, useState } from 'react';
import type { ComponentProps, ReactNode } from 'react';
import { Desktop16Regular } from '@fluentui/react-icons/svg/desktop';
import { DocumentText16Regular } from '@fluentui/react-icons/svg/document-text';
import { Globe16Regular } from '@fluentui/react-icons/svg/globe';
import { Key16Regular } from '@fluentui/react-icons/svg/key';
import { PlugConnected16Regular } from '@fluentui/react-icons/svg/plug-connected';
import { Server16Regular } from '@fluentui/react-icons/svg/server';
import { checkDefinition } from '@shared/catalog';
import type { Message, MessageKey } from '@shared/message';
import type { EdgeState, Route, RouteNode, RouteStage, RouteStageId } from '@shared/route';
import { classes } from '../../components/classes';
import { useRoute } from '../../state/route';
import { showCard, useDoctor } from '../../state/store';
import { useTranslations, type Translations } from '../../i18n/translations';
import { escapeText } from '@shared/printable';
import { statusTextClass, StatusIcon, useLightWord } from '../../components/status';
import { BreakableText } from '../../components/breakable-text';
import { Tooltip } from '../../components/tooltip';
import styles from './route-picture.module.css';

const ICONS: Readonly<Record<RouteStageId, ReactNode>> = {
  pc: <Desktop16Regular aria-hidden />,
  dns: <Globe16Regular aria-hidden />,
  srv: <DocumentText16Regular aria-hidden />,
  host: <Server16Regular aria-hidden />,
  port: <PlugConnected16Regular aria-hidden />,
  kms: <Key16Regular aria-hidden />,
};

const columnName = ({ id, nodes, overflow }: RouteStage): MessageKey =>
  nodes.length + overflow.length > 1 && (id === 'dns' || id === 'host')
    ? `route.column.${id}Many`
    : `route.column.${id}`;

export function RoutePicture() {
  const { t, duration, time } = useTranslations();
  const finished = useDoctor((state) => state.finished);
  const count = useDoctor((state) => state.checks.length);
  return (
    <section aria-labelledby="kd-route">
      <div className={styles.head}>
        <h2 id="kd-route" className={styles.title}>
          {t('route.title')}
        </h2>
        {finished === null || finished.durationMs === null ? null : (
          <p className={styles.taken}>
            {t('route.taken', {
              count,
              duration: duration(finished.durationMs),
              time: time(new Date(finished.startedAt)),
            })}
          </p>
        )}
      </div>
      <Stations />
    </section>
  );
}

function Stations() {
  const { t } = useTranslations();
  const route = useRoute();
  const box = useRef<HTMLDivElement>(null);
  const lines = useLines(box, route);
  const dim = (column: RouteStage) =>
    column.nodes.every(({ state }) => state === 'not-reached' || state === 'pending');
  return (
    <div className={styles.picture} ref={box}>
      <svg className={styles.drawing} aria-hidden width={lines.width} height={lines.height}>
        {lines.paths.map(({ id, d, state }) => (
          <path key={id} d={d} className={classes(styles.line, styles[`line-${state}`])} />
        ))}
      </svg>
      <ol
        className={styles.stations}
        style={{ gridTemplateRows: `max-content repeat(${rowsOf(route)}, auto)` }}
      >
        {route.columns.map((column) => (
          <li key={column.id} className={classes(styles.station, styles[`station-${column.id}`])}>
            <h3 className={classes(styles.label, dim(column) && styles.dim)}>
              {ICONS[column.id]}
              {t(columnName(column))}
            </h3>
            <ul className={styles.rows}>
              {column.nodes.map((node) => (
                <NodeView key={node.id} node={node} label={t(columnName(column))} />
              ))}
              <Overflow nodes={column.overflow} />
            </ul>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** Returns the number of rows that the hosts need, including the overflow row. */
const rowsOf = (route: Route): number =>
  Math.max(
    ...route.columns
      .slice(3)
      .map(({ nodes, overflow }) => nodes.length + (overflow.length > 0 ? 1 : 0)),
  );

/** Returns the card of a node's check. */
const procedureOf = ({ check }: RouteNode) => checkDefinition(check).procedure;

const textOf = (text: string | Message, { sentence }: Translations): string =>
  typeof text === 'string' ? escapeText(text) : sentence(text);

/** A row of a column: a button that shows a node's card, with the details in a tooltip. */
function Row({
  node,
  details,
  ...button
}: ComponentProps<'button'> & { readonly node: RouteNode; readonly details: ReactNode }) {
  return (
    <li className={styles.row}>
      <Tooltip
        content={{
          className: styles.tip,
          children: <span className={styles.details}>{details}</span>,
        }}
      >
        <button type="button" onClick={() => showCard(procedureOf(node))} {...button} />
      </Tooltip>
    </li>
  );
}

function NodeView({ node, label }: { readonly node: RouteNode; readonly label: string }) {
  const words = useTranslations();
  const light = useLightWord(node.state);
  return (
    <Row
      node={node}
      details={<Details node={node} light={light} />}
      data-node={node.id}
      className={classes(styles.node, styles[`node-${node.state}`], 'kd-focus')}
    >
      <span className={styles.light} data-light>
        <StatusIcon light={node.state} />
      </span>
      <span className={styles.inner}>
        <span className={styles.narrowLabel}>
          {ICONS[node.column]}
          <span>
            {label}
            {node.row === null ? null : <BreakableText text={` ${node.row}`} />}
          </span>
        </span>
        <span className={styles.name}>
          <BreakableText text={textOf(node.name, words)} />
        </span>
        <span className={styles.values}>
          <span className={classes(styles.value, lightOfValue(node))}>
            <BreakableText text={words.sentence(node.value)} />
          </span>
          {node.ms === null ? null : <span className={styles.ms}>{words.duration(node.ms)}</span>}
        </span>
      </span>
      <span className="kd-unseen">{light}</span>
    </Row>
  );
}

/** Only problems are colored, so that a healthy path stays unobtrusive. */
const lightOfValue = (node: RouteNode) =>
  node.state === 'fail' || node.state === 'warn' ? statusTextClass(node.state) : undefined;

function Details({ node, light }: { readonly node: RouteNode; readonly light: string }) {
  const words = useTranslations();
  const { t } = words;
  return (
    <>
      <strong className={styles.detailsTitle}>{textOf(node.name, words)}</strong>
      <span className={styles.detailsState}>
        <StatusIcon light={node.state} size={16} /> {light}
      </span>
      {node.details.map(({ label, value }, index) => (
        <Fragment key={index}>
          <span className={styles.detailsLabel}>{textOf(label, words)}</span>
          <span className={styles.detailsValue}>
            <BreakableText text={textOf(value, words)} />
          </span>
        </Fragment>
      ))}
      <span className={styles.detailsTells}>
        {t('route.seeCard', { card: t(`procedures.${procedureOf(node)}.title`) })}
      </span>
    </>
  );
}

function Overflow({ nodes }: { readonly nodes: readonly RouteNode[] }) {
  const words = useTranslations();
  const [first] = nodes;
  if (first === undefined) return null;
  const details = nodes.map(({ id, name, value }) => (
    <Fragment key={id}>
      <span className={styles.detailsLabel}>{textOf(name, words)}</span>
      <span className={styles.detailsValue}>{words.sentence(value)}</span>
    </Fragment>
  ));
  return (
    <Row node={first} details={details} className={classes(styles.overflow, 'kd-focus')}>
      {words.t('route.more', { count: nodes.length })}
    </Row>
  );
}

type Lines = Readonly<ReturnType<typeof draw>>;

/** Gap between a line's end and the center of a light, and corner radius, in pixels. */
const LIGHT_RADIUS = 13;
const CORNER = 8;

/** Measures the nodes' positions and draws the lines between them, again whenever they change. */
function useLines(box: React.RefObject<HTMLDivElement | null>, route: Route): Lines {
  const [lines, setLines] = useState<Lines>({ width: 0, height: 0, paths: [] });
  const measured = useRef(false);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const measure = () => setLines(draw(element, route));
    // The first lines wait for the observer, which is called after the browser's own layout, so that none is forced
    // here.
    if (measured.current) measure();
    measured.current = true;
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    for (const node of element.querySelectorAll('[data-node]')) observer.observe(node);
    return () => observer.disconnect();
  }, [box, route]);
  return lines;
}

function draw(element: HTMLElement, route: Route) {
  const { width, height } = element.getBoundingClientRect();
  const place = placesIn(element);
  // If the columns are stacked, a line runs down from light to light.
  const [first, second] = route.columns.map(({ nodes: [node] }) => node && place(node.id));
  const upright = first && second && second.top >= first.bottom;
  const paths = upright ? downward(route, place) : sideways(route, place);
  // Problems are drawn last, so that no other line covers them.
  const order: readonly EdgeState[] = ['not-reached', 'passed', 'testing', 'warned', 'broken'];
  return {
    width,
    height,
    paths: [...paths].sort((x, y) => order.indexOf(x.state) - order.indexOf(y.state)),
  };
}

/** Returns a lookup of a node's position in the picture by its ID. */
function placesIn(picture: HTMLElement) {
  const origin = picture.getBoundingClientRect();
  return (id: string) => {
    const node = picture.querySelector(`[data-node="${CSS.escape(id)}"]`);
    const light = node?.querySelector('[data-light]');
    if (!node || !light) return null;
    const frame = node.getBoundingClientRect();
    const spot = light.getBoundingClientRect();
    return {
      right: frame.right - origin.left,
      top: frame.top - origin.top,
      bottom: frame.bottom - origin.top,
      middle: frame.top - origin.top + frame.height / 2,
      lightX: spot.left - origin.left + spot.width / 2,
      lightY: spot.top - origin.top + spot.height / 2,
    };
  };
}

type Place = ReturnType<typeof placesIn>;

function sideways(route: Route, place: Place) {
  return route.lines.flatMap(({ from, to, state }) => {
    const start = place(from);
    const end = place(to);
    if (start === null || end === null) return [];
    const x1 = start.right + 1;
    const y1 = start.middle;
    const x2 = end.lightX - LIGHT_RADIUS;
    const y2 = end.lightY;
    const id = `${from}>${to}`;
    if (Math.abs(y2 - y1) < 1) return [{ id, state, d: `M${x1} ${y1}H${x2}` }];
    const middle = (x1 + x2) / 2;
    const r = Math.min(CORNER, Math.abs(y2 - y1) / 2, Math.abs(x2 - x1) / 2);
    const down = y2 > y1 ? 1 : -1;
    const d = [
      `M${x1} ${y1}H${middle - r}`,
      `Q${middle} ${y1} ${middle} ${y1 + down * r}`,
      `V${y2 - down * r}`,
      `Q${middle} ${y2} ${middle + r} ${y2}`,
      `H${x2}`,
    ].join('');
    return [{ id, state, d }];
  });
}

function downward(route: Route, place: Place) {
  const inOrder = route.columns.flatMap((column) => column.nodes);
  return inOrder.slice(1).flatMap((node, index) => {
    const before = inOrder[index];
    const start = before && place(before.id);
    const end = place(node.id);
    if (!start || end === null) return [];
    const lines = route.lines.filter((line) => line.to === node.id);
    const line = lines.find((one) => one.from === before.id) ?? lines[0];
    const d = `M${end.lightX} ${start.lightY + LIGHT_RADIUS}V${end.lightY - LIGHT_RADIUS}`;
    const state: EdgeState = line?.state ?? 'not-reached';
    return [{ id: node.id, state, d }];
  });
}
