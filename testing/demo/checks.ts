/** One thing that the demo promises, and whether it held. */
export interface Check {
  name: string;
  held: boolean;
  /** What was measured, for people. */
  found: string;
}

/** Collects checks, says each as it is made. */
export class Checks {
  readonly all: Check[] = [];

  constructor(private readonly say: (line: string) => void) {}

  get held(): boolean {
    return this.all.length > 0 && this.all.every(check => check.held);
  }

  add(name: string, held: boolean, found: string): void {
    this.all.push({ name, held, found });
    this.say(`${held ? 'ok  ' : 'FAIL'} ${name}: ${found}`);
  }

  /** A check that throws has not held. */
  async attempt(name: string, look: () => Promise<{ held: boolean; found: string }>): Promise<void> {
    try {
      const { held, found } = await look();
      this.add(name, held, found);
    } catch (error) {
      this.add(name, false, error instanceof Error ? error.message : String(error));
    }
  }
}
