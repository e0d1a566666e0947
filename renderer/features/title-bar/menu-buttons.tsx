/** The title bar's menu buttons, available before the menus' code has loaded. */
import type { ReactElement } from 'react';
import { Button } from '@fluentui/react-components';
import { ChevronDown16Regular } from '@fluentui/react-icons/svg/chevron-down';
import { MoreHorizontal20Regular } from '@fluentui/react-icons/svg/more-horizontal';

/** The menus; in a narrow title bar `more` combines all of them. */
export type MenuName = 'open' | 'report' | 'more';

/**
 * Creates the labeled button of a menu. Returns an element rather than a component, since Fluent's trigger adds the
 * menu's props to it.
 */
export const namedButton = (name: string, onClick?: () => void): ReactElement => (
  <Button
    onClick={onClick}
    appearance="subtle"
    icon={<ChevronDown16Regular />}
    iconPosition="after"
    aria-haspopup="menu"
  >
    {name}
  </Button>
);

/** Creates the button of the combined menu in a narrow title bar. */
export const moreButton = (name: string, onClick?: () => void): ReactElement => (
  <Button
    onClick={onClick}
    appearance="subtle"
    icon={<MoreHorizontal20Regular />}
    aria-label={name}
    aria-haspopup="menu"
  />
);
