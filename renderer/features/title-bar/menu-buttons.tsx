/** The title bar's menu buttons, available before the menus' code has loaded. */
import type { ReactElement } from 'react';
import { Button } from '@fluentui/react-components';
import { ChevronDown16Regular } from '@fluentui/react-icons/svg/chevron-down';
import { MoreHorizontal20Regular } from '@fluentui/react-icons/svg/more-horizontal';
import type { Translate } from '@shared/i18n';

/** The menus; in a narrow title bar `more` combines all of them. */
export type MenuName = 'open' | 'report' | 'more';

/**
 * Creates the button of a menu, without a visible label in a narrow title bar. Returns an element rather than a
 * component, since Fluent's trigger adds the menu's props to it.
 */
export function menuButton(menu: MenuName, t: Translate, onClick?: () => void): ReactElement {
  const name = t(`window.menu.${menu}`);
  return menu === 'more' ? (
    <Button
      onClick={onClick}
      appearance="subtle"
      icon={<MoreHorizontal20Regular />}
      aria-label={name}
      aria-haspopup="menu"
    />
  ) : (
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
}
