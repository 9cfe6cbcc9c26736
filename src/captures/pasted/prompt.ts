/** A line that may be a prompt with a command; a Markdown fence ends a command's output as well. */
export interface Prompt {
  /** The prompt without the folder, to tell the shells apart that it may come from. */
  readonly shell: string;
  /** The host name in it, or null. */
  readonly host: string | null;
  /** The container whose id is that host name, as it is inside containers. */
  readonly container: string | null;
  /** Whether it is what a shell shows that nobody set up, as in containers: `/ #`, `bash-5.1#`. */
  readonly bareShell: boolean;
  /** Whether headings look so, too: `# ip a`, `=== ip a`. */
  readonly heading: boolean;
  readonly command: string;
  /** Whether only a prompt looks so; the others count only with a command that is known. */
  readonly sure: boolean;
}

interface Form {
  /** Groups: what tells shells apart, the host name in it, the sign, the command. */
  readonly pattern: RegExp;
  readonly sure?: true;
  readonly bareShell?: true;
}

const forms: readonly Form[] = [
  // `user@host:~$ ip a`, `root@host ~ # ip a`, `(env) user@host:/srv$ ip a`, `root@host [~]# ip a`
  {
    pattern:
      /^(?:\([\w.-]{1,40}\) )?([\w.+-]{1,64}@([\w.-]{1,64}))(?::[^$#%]{0,100}| [[\]~/\w.-]{0,80})? ?([$#%])(?: +(\S.*))?$/,
    sure: true,
  },
  // `[user@host ~]$ ip a`
  { pattern: /^\[([\w.+-]{1,64}@([\w.-]{1,64}))[ :][^\]]{0,100}\] ?([$#%])(?: +(\S.*))?$/, sure: true },
  // `PS C:\Users\me> ssh host ip a`, `C:\>ssh host ip a`
  { pattern: /^(PS )?()[A-Za-z]:\\[^<>|]{0,150}(>) ?(.*)$/, sure: true },
  // `user@host ~> ip a` of fish, `user@host:~> ip a` of SUSE
  { pattern: /^([\w.+-]{1,64}@([\w.-]{1,64}))[: ][~/][^\s>]{0,100}(>)(?: +(\S.*))?$/ },
  // `ccd72fe225c8:/# ip a`, `host:~ $ ip a`
  { pattern: /^(([\w.-]{1,64})):[~/][^\s#$%]{0,100} ?([#$%])(?: +(\S.*))?$/ },
  // `/ # ip a`, `~ $ ip a`
  { pattern: /^()()[~/][\w./-]{0,100} ([#$])(?: +(\S.*))?$/, bareShell: true },
  // `bash-5.1# ip a`
  { pattern: /^((?:ba|z|da|a|k)?sh(?:-[\d.]{1,8})?)()([#$%]) ?(.*)$/, bareShell: true },
  // `host# ip a`
  { pattern: /^(([\w.-]{1,64}))([#$%]) ?(.*)$/ },
  // `➜  ~ ip a`, `➜  docker git:(main) ✗ ip a` of oh-my-zsh
  { pattern: /^()()(\u279c) +[\w.~/-]{1,80}(?: git:\([^)]{1,80}\))?(?: \u2717)? +(\S.*)$/ },
  // `$ ip a`, `# ip a`, `% ip a`, `> ip a`, `+ ip a` of `set -x`, headings such as `=== ip a ===`
  { pattern: /^([#=*-]{2,20}>?|[$#%>+\u276f\u279c])()() ?(.*)$/ },
];

const longestPrompt = 300;
/** What every prompt and fence has one of. */
const sign = /[$#%>=*+`\u276f\u279c-]/g;

/** `exit`, `logout`, and the end of input that a terminal shows. */
export const leaves = /^(exit|logout|\^D(exit|logout)?)(\s+\d+)?$/;

const fence: Prompt = {
  shell: "fence",
  host: null,
  container: null,
  bareShell: false,
  heading: true,
  command: "",
  sure: true,
};

/** Names that stand before a sign and are a person's, not a machine's: `root# ip a`. */
const person = /^(root|user|admin|me|ubuntu|debian|centos|fedora|pi|vagrant|ec2-user|core|docker)$/;

/** The prompt that a line begins with, or null. */
export function readPrompt(raw: string): Prompt | null {
  const line = raw.trim();
  if (line.startsWith("```")) return fence;
  if (line.slice(0, longestPrompt).search(sign) < 0) return null;
  for (const [at, { pattern, sure, bareShell }] of forms.entries()) {
    const match = pattern.exec(line);
    if (match === null) continue;
    const [, name = "", host = "", end = "", command = ""] = match;
    const container = /^[0-9a-f]{12}$/.test(host) ? host : null;
    return {
      shell: `${at} ${name}${end}`,
      host: host === "" || person.test(host) ? null : host.toLowerCase(),
      container,
      bareShell: bareShell === true,
      heading: at === forms.length - 1 && /^[#=*+-]/.test(name),
      command,
      sure: sure === true || container !== null || name === "$" || leaves.test(command),
    };
  }
  return null;
}

/** Whether `# ls` and the like may as well be a comment or a heading, whatever else stands in the text. */
export const mayBeComment = ({ shell }: Prompt): boolean => shell.startsWith(String(forms.length - 1));
