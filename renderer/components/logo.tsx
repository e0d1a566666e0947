/** The app's logo, a pulse on a tile. The same drawing is the icon of the window and the installer. */
export function Logo({ size }: { readonly size: number }) {
  return (
    <svg aria-hidden width={size} height={size} viewBox="0 0 32 32">
      <defs>
        <linearGradient id="kd-tile" x1="0" y1="0" x2="1" y2="1">
          <stop offset="0" stopColor="#2aa3e8" />
          <stop offset="1" stopColor="#0b4fa8" />
        </linearGradient>
      </defs>
      <rect width="32" height="32" rx="7" fill="url(#kd-tile)" />
      <path
        d="M4.5 17.5h5.2l2.6-7.2 5 13 3.2-8.6 1.4 2.8h5.6"
        fill="none"
        stroke="#fff"
        strokeWidth="2.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
