// Types of the vendored file beside this one, for tsc; not served.
export * from "yaml";
