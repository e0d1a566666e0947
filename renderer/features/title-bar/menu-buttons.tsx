/** The buttons of the title bar's menus: there before the code of the menus is. */
import type { ReactElement } from 'react';
import { Button } from '@fluentui/react-components';
import { ChevronDown16Regular } from '@fluentui/react-icons/svg/chevron-down';
import { MoreHorizontal20Regular } from '@fluentui/react-icons/svg/more-horizontal';

/** The menus; `more` is all of them where there is little room. */
export type MenuName = 'open' | 'report' | 'more';

/** A menu's button with its name; an element, since Fluent's trigger gives it what makes it a menu's. */
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

/** The button of the one menu in little room. */
export const moreButton = (name: string, onClick?: () => void): ReactElement => (
  <Button
    onClick={onClick}
    appearance="subtle"
    icon={<MoreHorizontal20Regular />}
    aria-label={name}
    aria-haspopup="menu"
  />
);
