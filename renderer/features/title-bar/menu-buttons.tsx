/** The title bar's buttons that a narrow one combines in a menu, available before the menus' code has loaded. */
import type { ReactElement } from 'react';
import { Button } from '@fluentui/react-components';
import { ChevronDown16Regular } from '@fluentui/react-icons/svg/chevron-down';
import { MoreHorizontal20Regular } from '@fluentui/react-icons/svg/more-horizontal';
import { Search20Regular } from '@fluentui/react-icons/svg/search';
import { Settings20Regular } from '@fluentui/react-icons/svg/settings';
import type { Translate } from '@shared/i18n';

/** The commands with a button in the title bar, or an item in its menu. */
export const BAR_COMMANDS = [
  { label: 'window.search.open', Icon: Search20Regular, command: 'search' },
  { label: 'window.settings.title', Icon: Settings20Regular, command: 'settings' },
] as const;

/** The menus; in a narrow title bar `more` combines all of them. */
export type MenuName = 'open' | 'report' | 'more';

/** Returns the menus that the title bar has. */
export const menusIn = (narrow: boolean): readonly MenuName[] =>
  narrow ? ['more'] : ['open', 'report'];

/**
 * Creates the button of a menu, without a visible label in a narrow title bar. Returns an element rather than a
 * component, since Fluent's trigger adds the menu's props to it.
 */
export function menuButton(menu: MenuName, t: Translate, onClick?: () => void): ReactElement {
  const name = t(`window.menu.${menu}`);
  const isMore = menu === 'more';
  return (
    <Button
      key={menu}
      onClick={onClick}
      appearance="subtle"
      icon={isMore ? <MoreHorizontal20Regular /> : <ChevronDown16Regular />}
      iconPosition="after"
      aria-haspopup="menu"
      aria-label={isMore ? name : undefined}
    >
      {isMore ? null : name}
    </Button>
  );
}
