export const minPasswordLength = 8;
const minClasses = 3;
/** A quarter: the longest one has 92 days. */
export const maxPasswordAgeMs = 92 * 86_400_000;
/** A password is not used again within this. */
export const reuseWindowMs = 366 * 86_400_000;
const classes = [/\p{Ll}/u, /\p{Lu}/u, /\p{Nd}/u, /[^\p{Ll}\p{Lu}\p{Nd}]/u];

/** What is wrong with a new password, in words that say what to do; null: nothing. */
export function passwordProblem(password: string, userName: string): string | null {
  if ([...password].length < minPasswordLength)
    return `The password is too short: take at least ${minPasswordLength} characters.`;
  if (classes.filter(kind => kind.test(password)).length < minClasses)
    return 'The password is too plain: mix at least three of small letters, capitals, digits and other characters.';
  if (password.toLowerCase().includes(userName.toLowerCase()))
    return 'The password holds the user name: take another.';
  if (new Set(password).size < minPasswordLength / 2)
    return 'The password repeats too few characters: take another.';
  return null;
}
