/**
 * The same function; what it made for a thing it keeps, as long as the thing itself is kept. The one way to remember something
 * between calls: a thing never changes, so that what follows from it never does.
 */
export function onceFor<K extends object, T>(make: (thing: K) => T): (thing: K) => T {
  const made = new WeakMap<K, { readonly value: T }>();
  return (thing) => {
    const known = made.get(thing);
    if (known !== undefined) return known.value;
    const value = make(thing);
    made.set(thing, { value });
    return value;
  };
}
