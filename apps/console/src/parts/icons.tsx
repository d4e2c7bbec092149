/** Line icons drawn for the console on a 24 px grid, 1.6 px strokes. Decorative: the word beside them speaks. */
import type { ReactNode } from 'react';

const drawings = {
  warn: <path d="M12 4 21 19.500H3zM12 10v4.500M12 17v.200" />,
  overview: <path d="M4 19h16M6 16v-5M11 16V6M16 16v-8" />,
  scale: (
    <>
      <path d="M5 20h14l1.5-9h-17zM12 11V8" />
      <path d="M7 5h10v3H7z" />
      <path d="M12 17a2.5 2.5 0 0 1-2.5-2.5h5A2.5 2.5 0 0 1 12 17z" />
    </>
  ),
  note: <path d="M6 3.5h12V20l-2.4-1.6L13.2 20l-2.4-1.6L8.4 20 6 18.4zM9 8h6M9 12h6" />,
  household: <path d="M3.5 11.5 12 4.5l8.5 7M6 10v9.5h12V10M10 19.5v-5h4v5" />,
  link: (
    <path d="M9.5 14.5 14.5 9.5M8 12l-2.2 2.2a3.2 3.2 0 0 0 4.5 4.5L12.5 16.5M16 12l2.2-2.2a3.2 3.2 0 0 0-4.5-4.5L11.5 7.5" />
  ),
  organisation: (
    <path d="M4 20.5V7l7-3v16.5M11 10h9v10.500M4 20.500h16.500M7 9.500h1M7 13h1M7 16.500h1M14.500 13.500h2M14.500 17h2" />
  ),
  product: (
    <path d="M12 20.500c-4.500 0-7.500-3.200-7.500-7.200S7.800 7.500 12 7.500s7.500 1.800 7.500 5.800-3 7.200-7.500 7.200zM12 7.500C12 5 13.500 3.500 16 3.500M12 7.500C11 5.500 9.500 5 8 5" />
  ),
  price: <path d="M12 3.500v17M7.500 5.500 12 11l4.500-5.500M8 12h8M8 15.500h8" />,
  lot: <path d="M3.500 8 12 3.500 20.500 8v8L12 20.500 3.500 16zM3.500 8 12 12.500 20.500 8M12 12.500v8" />,
  stock: <path d="M4 20.500v-12L12 4l8 4.500v12M8 20.500v-8h8v8M8 16.500h8" />,
  order: <path d="M5 7.500h14l-1 13H6zM9 10V7a3 3 0 0 1 6 0v3" />,
  promotion: <path d="M4 12.500V4.500h8l8 8-8 8zM8.200 8.700h.01M10 14l4-1" />,
  case: <path d="M4 5h16v11h-8.500L7 19.500V16H4zM8 9h8M8 12.500h5" />,
  refund: <path d="M8 5 4 9l4 4M4 9h10a5.500 5.500 0 0 1 0 11H7" />,
  packing: <path d="M4 9h16v11H4zM4 9l2-4.500h12L20 9M12 4.500V9M9.500 13h5" />,
  statement: <path d="M5 3.500h14v17H5zM8.500 8h7M8.500 12h3M8.500 16h3M15.500 12v4.500" />,
  rules: (
    <path d="M12 4v16M5 20h14M12 6 5 8.500 3.500 14a2.800 2.800 0 0 0 5 0zM12 6l7 2.500 1.500 5.500a2.800 2.800 0 0 1-5 0L19 8.500" />
  ),
  ledger: (
    <path d="M5 4.500h12.500a1.500 1.500 0 0 1 1.500 1.500v14H6.500A1.500 1.500 0 0 1 5 18.500zM9 4.500v15.500M12 9h4M12 12.500h4" />
  ),
  payout: <path d="M3.500 7h17v11h-17zM3.500 10.500h17M8 15h3.500M17 3.500l3.500 3.500M20.500 7 17 10.500" />,
  wallet: <path d="M4 7.500h15v12H4zM4 7.500 15.500 4v3.500M19 11.500h-4a2 2 0 0 0 0 4h4" />,
  card: <path d="M3.500 6h17v12.500h-17zM3.500 10h17M7 15h4" />,
  cash: (
    <path d="M3.500 7h17v10.500h-17zM12 9.800a2.400 2.400 0 1 1 0 4.900 2.400 2.400 0 0 1 0-4.900zM6.500 10v4.500M17.500 10v4.500" />
  ),
  benefit: (
    <path d="M12 20.500v-9M12 12c0-4-2.500-6.500-7-6.500C5 9.500 7.500 12 12 12zM12 14.500c0-3.500 2.300-5.500 7-5.500 0 3.800-2.500 5.500-7 5.500z" />
  ),
  log: (
    <path d="M12 5.500c-4.500 0-7.500 3.500-8.700 6.500 1.200 3 4.200 6.500 8.700 6.500s7.500-3.500 8.700-6.500c-1.200-3-4.200-6.500-8.700-6.500zM12 9a3 3 0 1 1 0 6 3 3 0 0 1 0-6z" />
  ),
  plot: <path d="M4 19.500 7 6.500h10l3 13zM5.500 13h13M12 6.500v13" />,
  spray: <path d="M8 9.500h7v11H8zM9.500 9.500V6h4v3.500M13.500 4h-4v2M17 4h.1M19.500 3v.1M19.500 6v.1" />,
  menu: <path d="M4 7h16M4 12h16M4 17h16" />,
  close: <path d="m6 6 12 12M18 6 6 18" />,
  search: <path d="M10.500 4a6.500 6.500 0 1 1 0 13 6.500 6.500 0 0 1 0-13zM15.500 15.500 20.500 20.500" />,
  back: <path d="m14.500 5-7 7 7 7" />,
  next: <path d="m9.500 5 7 7-7 7" />,
  down: <path d="m6 9.500 6 6 6-6" />,
  plus: <path d="M12 5v14M5 12h14" />,
  print: <path d="M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z" />,
  erase: <path d="M9 6h11.500v12H9l-5.500-6zM12 9.500l5 5M17 9.500l-5 5" />,
  phone: <path d="M8 3.500h8a1 1 0 0 1 1 1v15a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1v-15a1 1 0 0 1 1-1zM11 17.500h2" />,
  speak: <path d="M4.500 9.500v5h3l4.500 4v-13l-4.500 4zM15.500 9a4 4 0 0 1 0 6M18 6.500a7.500 7.500 0 0 1 0 11" />,
  scan: <path d="M4 8.500V4h4.500M15.500 4H20v4.500M20 15.500V20h-4.500M8.500 20H4v-4.500M7 12h10" />,
  person: <path d="M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM4.500 20.500c.8-3.800 3.700-6 7.500-6s6.700 2.200 7.500 6" />,
  check: <path d="m5 12.500 4.500 4.500L19 7.500" />,
  trace: <path d="M4 5h4.500v4.500H4zM15.500 14.500H20V19h-4.500zM8.500 7.200H13a3 3 0 0 1 3 3v4.300M4 19h7" />,
  copy: <path d="M9 9h10.500v11.500H9zM15 9V4.500H4.500V16H9" />,
  upload: <path d="M12 16V4.500M7.500 9 12 4.500 16.500 9M5 15.500v4h14v-4" />,
  refresh: <path d="M19.500 12a7.500 7.500 0 1 1-2.200-5.300M19.500 4v4h-4" />,
  lock: <path d="M6 11h12v9.500H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3" />,
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof drawings;

export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg
      aria-hidden="true"
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      {drawings[name]}
    </svg>
  );
}
