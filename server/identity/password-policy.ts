export const minPasswordLength = 8;
const minClasses = 3;
/** A quarter: the longest one has 92 days. */
export const maxPasswordAgeMs = 92 * 86_400_000;
/** A password is not used again within this. */
export const reuseWindowMs = 366 * 86_400_000;
const classes = [/\p{Ll}/u, /\p{Lu}/u, /\p{Nd}/u, /[^\p{Ll}\p{Lu}\p{Nd}]/u];

/** What a new password must fulfil; pages show each while it is typed. `problem` says what to do. */
export const passwordRules = {
  length: {
    holds: (password: string) => [...password].length >= minPasswordLength,
    problem: `The password is too short: take at least ${minPasswordLength} characters.`,
  },
  classes: {
    holds: (password: string) => classes.filter(kind => kind.test(password)).length >= minClasses,
    problem:
      'The password is too plain: mix at least three of small letters, capitals, digits and other characters.',
  },
  name: {
    holds: (password: string, userName: string) => !password.toLowerCase().includes(userName.toLowerCase()),
    problem: 'The password holds the user name: take another.',
  },
  variety: {
    holds: (password: string) => new Set(password).size >= minPasswordLength / 2,
    problem: 'The password repeats too few characters: take another.',
  },
};
export type PasswordRule = keyof typeof passwordRules;

/** What is wrong with a new password, in words that say what to do; null: nothing. */
export function passwordProblem(password: string, userName: string): string | null {
  const broken = Object.values(passwordRules).find(rule => !rule.holds(password, userName));
  return broken?.problem ?? null;
}
