declare namespace App {
  interface Locals extends Readonly<import('../mount.ts').Visit> {}
}
