import AjvCompiler from '@fastify/ajv-compiler';

const defaults = AjvCompiler();

/** A function that judges data as Ajv's do: what it found is in `errors`. */
interface Validator {
  (data: unknown): unknown;
  errors?: unknown;
}

/**
 * Fastify's own validators, each compiled when the first request comes that it judges: all of them at the start
 * would keep rooms waiting for a third of a second after a crash.
 */
export const buildValidators = ((...options: Parameters<typeof defaults>) => {
  const compile = defaults(...options) as unknown as (definition: unknown) => Validator;
  return (definition: unknown): Validator => {
    let compiled: Validator | undefined;
    const validator: Validator = data => {
      compiled ??= compile(definition);
      const valid = compiled(data);
      validator.errors = compiled.errors;
      return valid;
    };
    return validator;
  };
}) as unknown as typeof defaults;
