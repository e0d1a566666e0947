/** `Menu`: a tree whose items specs can click by ID, and whose accelerators work. */
import { mainHalf } from './half';

interface Template {
  readonly id?: string;
  readonly accelerator?: string;
  readonly enabled?: boolean;
  readonly click?: (item: unknown, window: unknown, event: object) => void;
  readonly submenu?: readonly Template[];
}

export class Menu {
  static application: Menu | null = null;

  constructor(readonly items: readonly Template[]) {}

  static buildFromTemplate(template: readonly Template[]): Menu {
    return new Menu(template);
  }

  static setApplicationMenu(menu: Menu | null): void {
    Menu.application = menu;
  }

  static getApplicationMenu(): Menu | null {
    return Menu.application;
  }

  /** Returns all items, including those of submenus. */
  all(): readonly Template[] {
    const flat = (items: readonly Template[]): readonly Template[] =>
      items.flatMap((item) => [item, ...flat(item.submenu ?? [])]);
    return flat(this.items);
  }

  getMenuItemById(id: string): Template | null {
    return this.all().find((item) => item.id === id) ?? null;
  }
}

const click = (item: Template | null | undefined): boolean => {
  if (!item?.click || item.enabled === false) return false;
  item.click(item, undefined, {});
  return true;
};

const plain = (accelerator: string): string =>
  accelerator.replace(/CommandOrControl|Ctrl|Control/, 'CmdOrCtrl').replace('CmdOrCmdOr', 'CmdOr');

mainHalf.clickMenu = async ({ id }) => click(Menu.application?.getMenuItemById(id));
mainHalf.accelerator = async (key) => {
  click(
    Menu.application
      ?.all()
      .find((item) => item.accelerator !== undefined && plain(item.accelerator) === key),
  );
};
