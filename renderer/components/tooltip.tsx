/** A tooltip with more information about its element, shown on hover and keyboard focus. */
import { useContext, type ReactElement } from 'react';
import { Tooltip as FluentTooltip, type TooltipProps } from '@fluentui/react-components';
import { TooltipMount } from './tooltip-mount';

export function Tooltip(props: {
  readonly content: TooltipProps['content'];
  readonly children: ReactElement<{ 'aria-describedby'?: string }>;
}) {
  const place = useContext(TooltipMount);
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
