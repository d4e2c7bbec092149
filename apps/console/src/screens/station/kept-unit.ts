/** The unit this keeper weighs in, kept on the phone: jin unless kilograms were chosen here. */
const KEPT = 'shanhuo.station.unit';

export function keptUnit(): 'jin' | 'kg' {
  try {
    return localStorage.getItem(KEPT) === 'kg' ? 'kg' : 'jin';
  } catch {
    return 'jin';
  }
}

export function keepUnit(unit: string): void {
  try {
    localStorage.setItem(KEPT, unit);
  } catch {
    // A browser that keeps nothing begins with jin each time.
  }
}
