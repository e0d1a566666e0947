/** A tooltip that tells more of what it stands by, on hover and on keyboard focus. */
import { useContext, type ReactElement } from 'react';
import { Tooltip, type TooltipProps } from '@fluentui/react-components';
import { Tips } from './tips';

export function Hint(props: {
  readonly content: TooltipProps['content'];
  readonly children: ReactElement<{ 'aria-describedby'?: string }>;
}) {
  const place = useContext(Tips);
  return (
    <Tooltip
      relationship="description"
      positioning="below-start"
      content={props.content}
      {...(place !== null && { mountNode: place })}
    >
      {props.children}
    </Tooltip>
  );
}
