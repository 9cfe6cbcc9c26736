/** What the page's policy calls the one way to make an address from which a script is taken. */
export const trustedPolicy = "vethscope-worker";

interface Policy {
  readonly createScriptURL: (url: string) => string;
}

/** Not in TypeScript's own types yet, nor in every browser. */
declare const trustedTypes: { readonly createPolicy: (name: string, rules: Policy) => Policy } | undefined;

// A name can be given once: nothing else in the page can make such a policy.
const policy: Policy | null =
  typeof trustedTypes === "undefined"
    ? null
    : trustedTypes.createPolicy(trustedPolicy, { createScriptURL: (url) => url });

/** The address of the page's own worker, in the form that its policy asks for; no other address may be given. */
export const trustedUrl = (url: string): string => policy?.createScriptURL(url) ?? url;
