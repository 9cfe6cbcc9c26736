/** esbuild turns an imported shell script into its text. */
declare module "*.sh" {
  const text: string;
  export default text;
}
