/** `1 check`, `2 checks`, `2 policies`. */
export const several = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
