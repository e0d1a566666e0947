/** Measures the layout of a page's texts. */
import type { Page } from 'playwright';

/**
 * Returns descriptions of layout problems: clipped or overlapping texts, and horizontal scrolling.
 * Empty if there are none.
 */
export function layoutProblems(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    interface Box {
      readonly left: number;
      readonly top: number;
      readonly right: number;
      readonly bottom: number;
    }
    /** Tolerance for rounding, and for glyphs that extend beyond their line, in CSS pixels. */
    const SLACK = 2;
    const found: string[] = [];
    const name = (element: Element): string =>
      `“${element.textContent.replace(/\s+/g, ' ').trim().slice(0, 60)}”`;
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) {
      found.push(`the page is ${root.scrollWidth} wide in ${root.clientWidth}`);
    }
    const layerOf = (element: Element): Element => {
      for (let at: Element | null = element; at !== null; at = at.parentElement) {
        const { position, zIndex } = getComputedStyle(at);
        if (position === 'fixed' || position === 'sticky') return at;
        if (position === 'absolute' && zIndex !== 'auto') return at;
        if (at.matches('[role="dialog"], [role="menu"], [role="tooltip"]')) return at;
      }
      return root;
    };
    /** Whether a text is only for screen readers. */
    const isOnlyHeard = (element: Element): boolean => {
      for (let at: Element | null = element; at !== null; at = at.parentElement) {
        if (getComputedStyle(at).clipPath === 'inset(50%)') return true;
      }
      return false;
    };
    const texts: { element: Element; layer: Element; boxes: Box[] }[] = [];
    for (const element of document.body.querySelectorAll('*')) {
      const own = [...element.childNodes].filter(
        (node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim() !== '',
      );
      if (
        own.length === 0 ||
        !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
      )
        continue;
      if (isOnlyHeard(element)) continue;
      const range = document.createRange();
      let boxes: Box[] = own.flatMap((node) => {
        range.selectNodeContents(node);
        return [...range.getClientRects()];
      });
      let shortened = false;
      for (let at: Element | null = element; at !== null && at !== root; at = at.parentElement) {
        const style = getComputedStyle(at);
        if (style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none') shortened = true;
        if (style.overflowX === 'visible' && style.overflowY === 'visible') continue;
        const frame = at.getBoundingClientRect();
        const scrolls =
          /auto|scroll/.test(style.overflowX + style.overflowY) || at === document.body;
        const cut = boxes.some((box) => {
          // The box of a text line includes room for accents, which a tight line height omits.
          const accents = Math.max(SLACK, (box.bottom - box.top) / 4);
          return (
            box.right > frame.right + SLACK ||
            box.left < frame.left - SLACK ||
            box.bottom > frame.bottom + accents ||
            box.top < frame.top - accents
          );
        });
        if (cut && !scrolls && !shortened)
          found.push(`${name(element)} is cut by .${at.className}`);
        if (
          /auto|scroll/.test(style.overflowX) &&
          at.scrollWidth > at.clientWidth + 1 &&
          at.closest('pre, [tabindex="0"]') === null
        ) {
          found.push(`${name(element)} has to be scrolled sideways in .${at.className}`);
        }
        boxes = boxes
          .map((box) => ({
            left: Math.max(box.left, frame.left),
            top: Math.max(box.top, frame.top),
            right: Math.min(box.right, frame.right),
            bottom: Math.min(box.bottom, frame.bottom),
          }))
          .filter((box) => box.right > box.left && box.bottom > box.top);
        // Content that's scrolled out of view isn't clipped.
        if (scrolls && boxes.length === 0) break;
      }
      boxes = boxes.filter((box) => box.right > 0 && box.left < root.clientWidth && box.bottom > 0);
      for (const box of boxes) {
        if (box.right > root.clientWidth + SLACK) found.push(`${name(element)} leaves the window`);
      }
      texts.push({ element, layer: layerOf(element), boxes });
    }
    texts.forEach((one, index) => {
      for (const other of texts.slice(index + 1)) {
        if (one.layer !== other.layer) continue;
        const meet = one.boxes.some((a) =>
          other.boxes.some(
            (b) =>
              Math.min(a.right, b.right) - Math.max(a.left, b.left) > SLACK &&
              Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > SLACK * 2,
          ),
        );
        if (meet) found.push(`${name(one.element)} stands on ${name(other.element)}`);
      }
    });
    return [...new Set(found)];
  });
}
