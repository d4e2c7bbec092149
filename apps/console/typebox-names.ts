/**
 * Stands in for `typebox` in the console's bundle. Screens read a contract's paths, roles and words; its schemas are
 * checked by the server, and building them in the browser would cost every visitor 100 kB. Types still come from the real package.
 */
type Properties = Record<string, unknown>;

const named = () => ({});

const Type = new Proxy(
  { Object: (properties: Properties) => ({ properties }) },
  { get: (known, name) => (name === 'Object' ? known.Object : named) },
);

export default Type;
