/** Interactive features of the page: search, showing more names, and copying. */
(() => {
  /** Names added to a list per click; more would freeze the browser for a moment. */
  const SLICE = 250;
  /** Maximum number of names a search expands automatically. */
  const UNFOLDED = 100;
  /** Names longer than this get their own row. */
  const LONG_NAME = 40;

  /** @param {string} id */
  const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
  /** @type {{ words: Record<string, string>, later: string[][] }} */
  // eslint-disable-next-line @typescript-eslint/no-unsafe-assignment -- generated along with the page
  const { words, later } = JSON.parse(byId('data').textContent);
  const numbers = new Intl.NumberFormat(document.documentElement.lang);
  const status = byId('status');
  const query = /** @type {HTMLInputElement} */ (byId('query'));

  /**
   * Returns a text with its placeholders filled in.
   *
   * @param {string} key
   * @param {Record<string, number>} [values]
   */
  const say = (key, values = {}) =>
    Object.entries(values).reduce(
      (text, [name, value]) => text.replace(`{${name}}`, numbers.format(value)),
      words[key] ?? '',
    );

  /** @param {string} text */
  const folded = (text) => text.normalize('NFKC').toLowerCase();

  /** @param {string} name */
  function nameItem(name) {
    const item = document.createElement('li');
    item.textContent = name;
    if (name.length > LONG_NAME) item.className = 'long';
    return item;
  }

  /** An entry of the page, with its names and the ones that match the search. */
  class Entry {
    /**
     * @param {Element} element
     * @param {string[]} rest names that aren't in the page's markup
     */
    constructor(element, rest) {
      this.element = /** @type {HTMLElement} */ (element);
      this.title = folded(element.querySelector('h3')?.textContent ?? '');
      this.details = /** @type {HTMLDetailsElement | null} */ (element.querySelector('.list'));
      this.list = element.querySelector('.list ul');
      this.rest = /** @type {HTMLElement | null} */ (element.querySelector('.rest'));
      this.more = /** @type {HTMLButtonElement | null} */ (element.querySelector('.more'));
      this.names = [...(this.list?.children ?? [])].map((item) => item.textContent).concat(rest);
      /** @type {string[] | null} */
      this.keys = null;
      this.wanted = this.names;
      this.drawn = this.wanted;
      this.wasOpen = false;
      this.details?.addEventListener('toggle', () => this.draw());
      this.more?.addEventListener('click', () => this.showMore());
      this.count();
    }

    /** @param {string[]} terms each must match the title or the name; empty shows everything */
    search(terms) {
      const left = terms.filter((term) => !this.title.includes(term));
      this.wanted = this.names;
      if (left.length > 0) {
        const keys = (this.keys ??= this.names.map(folded));
        this.wanted = this.names.filter((_, index) =>
          left.every((term) => keys[index]?.includes(term)),
        );
      }
      const isShown = this.wanted.length > 0 || left.length === 0;
      this.element.hidden = !isShown;
      const matching = this.element.querySelector('.matching');
      if (matching) {
        const [shown, all] = [this.wanted.length, this.names.length];
        matching.textContent = shown < all ? ` · ${say('matching', { shown, all })}` : '';
      }
      this.draw();
      return isShown;
    }

    /** Renders the first matching names, once the list is open. */
    draw() {
      if (!this.details?.open || this.drawn === this.wanted) return;
      this.drawn = this.wanted;
      this.list?.replaceChildren(...this.wanted.slice(0, SLICE).map(nameItem));
      this.count();
    }

    showMore() {
      const shown = this.list?.children.length ?? 0;
      this.list?.append(...this.wanted.slice(shown, shown + SLICE).map(nameItem));
      this.count();
      // The button disappears with the last names, so move the focus.
      if (this.more?.hidden) this.details?.querySelector('summary')?.focus();
    }

    /** Updates the number of names not shown. */
    count() {
      if (!this.rest || !this.more) return;
      const number = this.drawn.length - (this.list?.children.length ?? 0);
      this.rest.hidden = this.more.hidden = number === 0;
      this.rest.textContent = say('nameRest', { number });
      this.more.textContent = say('showMore', { number: Math.min(SLICE, number) });
    }
  }

  const entries = [...document.querySelectorAll('.entry')].map(
    (element, index) => new Entry(element, later[index] ?? []),
  );
  const parts = [...document.querySelectorAll('.part')];
  let isSearching = false;

  function search() {
    const terms = folded(query.value).split(/\s+/).filter(Boolean);
    if (terms.length > 0 !== isSearching) {
      isSearching = !isSearching;
      for (const entry of entries) {
        if (!entry.details) continue;
        if (isSearching) entry.wasOpen = entry.details.open;
        else entry.details.open = entry.wasOpen;
      }
    }
    let [found, names] = [0, 0];
    for (const entry of entries) {
      if (!entry.search(terms)) continue;
      found += 1;
      names += entry.wanted.length;
      if (isSearching && entry.details) {
        entry.details.open = entry.wanted !== entry.names && names <= UNFOLDED;
        entry.draw();
      }
    }
    for (const part of parts) {
      /** @type {HTMLElement} */ (part).hidden = !part.querySelector('.entry:not([hidden])');
    }
    document.body.classList.toggle('searching', isSearching);
    status.textContent = !isSearching
      ? ''
      : say(found > 0 ? 'found' : 'foundNothing', { entries: found, names });
  }

  /**
   * Copies text to the clipboard. The newer API is unavailable to pages served from a share over http.
   *
   * @param {string} text
   */
  function copy(text) {
    const fill = (/** @type {ClipboardEvent} */ event) => {
      event.clipboardData?.setData('text/plain', text);
      event.preventDefault();
    };
    document.addEventListener('copy', fill);
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- no other API works on such pages
    const isDone = document.execCommand('copy');
    document.removeEventListener('copy', fill);
    return isDone;
  }

  /**
   * A name as copied: prefixed if a spreadsheet would parse it as a formula.
   *
   * @param {string} name
   */
  const escapeCell = (name) => name.replace(/^[=+\-@＝＋－＠]/, "'$&");

  for (const button of document.querySelectorAll('button.copy')) {
    /** @type {HTMLElement} */ (button).hidden = false;
    button.addEventListener('click', () => {
      const message = button.parentElement?.querySelector('pre')?.textContent;
      const element = button.closest('.entry');
      const wanted = entries.find((entry) => entry.element === element)?.wanted ?? [];
      const isDone = copy(message ?? wanted.map(escapeCell).join('\r\n'));
      const done = message === undefined ? 'copied' : 'copiedText';
      status.textContent = say(isDone ? done : 'notCopied', { number: wanted.length });
    });
  }

  query.addEventListener('input', search);
  /** @type {HTMLElement} */ (document.querySelector('.search')).hidden = false;
})();
