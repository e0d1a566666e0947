/** A tooltip with more information about its element, shown on hover and keyboard focus. */
import type { ReactElement } from 'react';
import { Tooltip as FluentTooltip, type TooltipProps } from '@fluentui/react-components';
import { useTooltipMount } from './tooltip-mount';

export function Tooltip(props: {
  readonly content: TooltipProps['content'];
  readonly children: ReactElement<{ 'aria-describedby'?: string }>;
}) {
  const { place } = useTooltipMount();
  return (
    <FluentTooltip
      relationship="description"
      positioning="below-start"
      content={props.content}
      {...(place !== null && { mountNode: place })}
    >
      {props.children}
    </FluentTooltip>
  );
}
