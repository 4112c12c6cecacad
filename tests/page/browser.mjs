// What a browser has and Node.js has not, as far as the modules under test ask for it. Import it before them.

/** Nothing is kept until a test keeps it. */
class Storage {
  #items = new Map();

  get length() {
    return this.#items.size;
  }

  key(index) {
    return [...this.#items.keys()][index] ?? null;
  }

  getItem(key) {
    return this.#items.get(key) ?? null;
  }

  setItem(key, text) {
    this.#items.set(key, text);
  }

  removeItem(key) {
    this.#items.delete(key);
  }
}

/** A device that has kept nothing, at this page of a host. */
export function newDevice(pathname = "/") {
  const screen = { width: 1920, height: 1080 };
  const window = new EventTarget();
  const has = { window, localStorage: new Storage(), location: { pathname }, screen, devicePixelRatio: 1 };
  for (const [name, value] of Object.entries(has)) Object.defineProperty(globalThis, name, { value, configurable: true });
}

// Node.js before 20 and 21. Debian 12 has 18.
Array.prototype.toSorted ??= function (order) {
  return [...this].sort(order);
};
Array.prototype.toReversed ??= function () {
  return [...this].reverse();
};
Map.groupBy ??= (items, keyOf) => {
  const groups = new Map();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
};

newDevice();
