import fc from "fast-check";

// The same cases on every machine and each time; `npm run fuzz` looks for new ones.
fc.configureGlobal({ seed: 1 });
