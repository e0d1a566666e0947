/** `Menu`: a tree whose items specs can click by ID, and whose accelerators work. */
import { mainHalf } from './half';

interface Template {
  readonly id?: string;
  readonly accelerator?: string;
  readonly enabled?: boolean;
  readonly click?: (item: unknown, window: unknown, event: object) => void;
  readonly submenu?: readonly Template[];
}

const withSubmenus = (items: readonly Template[]): readonly Template[] =>
  items.flatMap((item) => [item, ...withSubmenus(item.submenu ?? [])]);

/** All items of the application menu, including those of submenus. */
let items: readonly Template[] = [];

export const Menu = {
  buildFromTemplate: (template: readonly Template[]) => template,
  setApplicationMenu(menu: readonly Template[] | null): void {
    items = withSubmenus(menu ?? []);
  },
};

const click = (item: Template | undefined): boolean => {
  if (!item?.click || item.enabled === false) return false;
  item.click(item, undefined, {});
  return true;
};

const plain = (accelerator: string): string =>
  accelerator.replace(/CommandOrControl|Ctrl|Control/, 'CmdOrCtrl').replace('CmdOrCmdOr', 'CmdOr');

mainHalf.clickMenu = async ({ id }) => click(items.find((item) => item.id === id));
mainHalf.accelerator = async (key) => {
  click(items.find(({ accelerator }) => accelerator !== undefined && plain(accelerator) === key));
};
