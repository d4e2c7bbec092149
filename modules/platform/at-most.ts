/**
 * The bound of an `LRUCache` that may hold many things but mostly holds few. Told `max`, it reserves room for all of
 * them at once (4 MB for a hundred thousand); counted by size, each as one, it grows as it is filled.
 */
export const atMost = (things: number) => ({ maxSize: things, sizeCalculation: () => 1 });
